# Completion of `tempest` for bash 3.2 and later. Everything is asked of `tempest` itself.
# Load it with: source <(tempest completion bash)

_tempest() {
  local IFS=$'\n' line word last=-1 inline='' words=()
  # Bash splits `--option=value` at the sign: put it together again.
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ $word == = && $last -ge 0 && ${words[last]} == --* ]]; then
      words[last]+='='
    elif [[ $last -ge 0 && ${words[last]} == --*= ]]; then
      words[last]+=$word
    else
      words[++last]=$word
    fi
  done
  word=${words[last]}
  if [[ $word == --*=* ]]; then
    inline=${word%%=*}=
    word=${word#*=}
  fi
  COMPREPLY=()
  while read -r line; do
    case $line in
      :folders)
        compopt -o filenames 2>/dev/null
        COMPREPLY+=($(compgen -d -- "$word"))
        ;;
      :files)
        compopt -o filenames 2>/dev/null
        COMPREPLY+=($(compgen -f -- "$word"))
        ;;
      :programs)
        COMPREPLY+=($(compgen -c -- "$word"))
        ;;
      *)
        line=${line%%$'\t'*}
        printf -v line %q "${line#"$inline"}"
        COMPREPLY+=("$line")
        ;;
    esac
  done < <(command tempest __complete -- "${words[@]}" 2>/dev/null)
}

complete -F _tempest tempest
