---@meta
-- The shapes that the protocol gives; a field the daemon has no value for is nil.
error('types only: never required')

---@alias tempest.Status
---| 'creating' | 'starting' | 'working' | 'waiting' | 'idle' | 'exited' | 'closed' | 'failed'

---@alias tempest.Reason 'waiting' | 'problem' | 'exited' | 'finished'

---@class tempest.Question
---@field id string
---@field tool? string
---@field text string

---@class tempest.Problem
---@field kind 'api-error' | 'rate-limit' | 'login'
---@field text string

---@class tempest.Changes
---@field files integer
---@field added integer
---@field removed integer
---@field tree string

---@class tempest.Spent
---@field input number tokens
---@field output number
---@field cached number
---@field cost? number US dollars

---@class tempest.Group
---@field id string
---@field label string

---@class tempest.Check
---@field state 'running'|'passed'|'failed'|'cancelled'
---@field code? integer
---@field at integer ms since 1970
---@field tree string
---@field stale boolean

---@class tempest.Session
---@field id string
---@field name string
---@field repo string
---@field worktree string
---@field branch string
---@field adopted boolean
---@field base { ref: string, commit: string }
---@field agent string
---@field command? string[]
---@field permissionless boolean
---@field answerable boolean
---@field prompt string
---@field conversation? string
---@field forkedFrom? string
---@field status tempest.Status
---@field reason string
---@field notice string
---@field activity string
---@field words string
---@field usage? { turn: tempest.Spent, total: tempest.Spent }
---@field queued { count: integer, going: integer, hold?: { why: string, text: string } }
---@field question? tempest.Question
---@field problem? tempest.Problem
---@field subAgents integer
---@field unseen boolean
---@field attention? { reason: tempest.Reason, rank: integer }
---@field port integer
---@field generation integer
---@field exit? { code?: integer, signal?: string }
---@field changes? tempest.Changes
---@field unfinished? 'rebase'|'merge'|'cherry-pick'|'revert'
---@field group? tempest.Group
---@field check? tempest.Check
---@field createdAt integer ms since 1970
---@field statusAt integer ms since 1970
---@field removed? { at: integer, expiresAt: integer }
---@field revision integer

---@class tempest.Path
---@field path string from the top of the worktree
---@field rawPath? string base64 of its bytes when they are not UTF-8

---@class tempest.DiffFile: tempest.Path
---@field oldPath? string
---@field status 'added'|'modified'|'deleted'|'renamed'|'copied'|'type-changed'
---@field oldMode string
---@field mode string
---@field binary boolean
---@field added integer
---@field removed integer
---@field oldBlob string object id; zeros where there is no side
---@field blob string
---@field viewed 'no'|'yes'|'changed'

---@class tempest.Diff
---@field base string
---@field tree string
---@field worktree string
---@field total { files: integer, added: integer, removed: integer } of all pages
---@field files tempest.DiffFile[]
---@field next? table the page that follows

---@class tempest.Command
---@field command string
---@field hash string
---@field approved boolean
---@field from? string

---@class tempest.Repo
---@field root? string
---@field bare boolean
---@field unborn boolean
---@field branch? string
---@field commit? string
---@field setup? tempest.Command
---@field check? tempest.Command

---@class tempest.AgentInfo
---@field name string
---@field description string
---@field file string
---@field path? string
---@field isDefault boolean
---@field version? string
---@field permissionless boolean
---@field supports string[]

---@class tempest.Failure
---@field kind string
---@field message string
---@field hint string

---@class tempest.Reply
---@field kind 'reply'
---@field id integer
---@field ok boolean
---@field value any
---@field error? tempest.Failure

---@class tempest.ProgressValue
---@field kind 'step'|'output'
---@field message? string
---@field text? string
