# Completion of `tempest` for fish. Everything is asked of `tempest` itself.
# Save it with: tempest completion fish > ~/.config/fish/completions/tempest.fish

function __tempest_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (command tempest __complete -- $words[2..-1] 2>/dev/null)
        switch $line
            case :folders
                __fish_complete_directories (commandline -ct)
            case :files
                __fish_complete_path (commandline -ct)
            case :programs
                __fish_complete_command
            case '*'
                echo $line
        end
    end
end

complete -c tempest -f -k -a '(__tempest_complete)'
