# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_intentd_global_optspecs
    string join \n c/config= json log= v/verbose h/help V/version
end

function __fish_intentd_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_intentd_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_intentd_using_subcommand
    set -l cmd (__fish_intentd_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c intentd -n "__fish_intentd_needs_command" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_needs_command" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_needs_command" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_needs_command" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_needs_command" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_needs_command" -s V -l version -d 'Print version'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "demo" -d 'Run one whole cycle against a built-in fake HubSpot with a believable account'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "init" -d 'Write a commented configuration and the default mappings into a folder'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "check" -d 'Check configuration, mappings and rules; with --online also credentials, scopes and the account\'s schema'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "auth" -d 'Authorize an OAuth app'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "sync" -d 'Run one whole cycle: pull, recompute, plan, write back'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "run" -d 'Run as a daemon'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "plan" -d 'Show what would be written, without writing it'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "apply" -d 'Write what is planned'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "explain" -d 'Explain a value to its last point'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "backtest" -d 'Apply changed rules to the facts: who would change, and how well the scores tell who buys'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "activities" -d 'Show a contact\'s activities'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "intent" -d 'Show which companies show intent, and whether visits arrive'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "views" -d 'Show the saved views and who is in them'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "groups" -d 'Show buying groups, and decide about their members and stages'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "workflows" -d 'Show workflows, their goals and who counts in them'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "recommendations" -d 'Show pages that converting companies read more than others'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "identity" -d 'Tell who is who across connections, and decide it'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "import" -d 'Import facts that no vendor delivers: visits from access logs'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "status" -d 'Show connections, streams, outbox and the last run'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "doctor" -d 'Find out what is wrong and say what to do'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "migrate" -d 'Bring the database to this version\'s form'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "backup" -d 'Write a consistent copy of the database'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "schema" -d 'Write the JSON Schemas of the YAML files, for editors'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "fake" -d 'Start a built-in fake vendor on its own'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "reference" -d 'Write shell completions, the man page or the reference pages'
complete -c intentd -n "__fish_intentd_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand demo" -l dir -d 'The folder for the demo\'s configuration and database. What an earlier demo left there is replaced' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand demo" -l seed -d 'Another seed gives another account' -r
complete -c intentd -n "__fish_intentd_using_subcommand demo" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand demo" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand demo" -l once -d 'End after the cycles instead of staying up'
complete -c intentd -n "__fish_intentd_using_subcommand demo" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand demo" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand demo" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand init" -l vendor -d 'Whose mappings and connection to write' -r -f -a "hubspot\t''
marketo\t''"
complete -c intentd -n "__fish_intentd_using_subcommand init" -l base-url -d 'The connection\'s address: of a Marketo instance, or when it is not the vendor\'s own' -r
complete -c intentd -n "__fish_intentd_using_subcommand init" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand init" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand init" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand init" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand init" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand check" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand check" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand check" -l online -d 'Also ask the vendors: credentials, scopes, and whether every property exists'
complete -c intentd -n "__fish_intentd_using_subcommand check" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand check" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand check" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand auth" -l port -d 'The loopback port to listen on; the redirect URL http://localhost:PORT/callback must be registered in the app' -r
complete -c intentd -n "__fish_intentd_using_subcommand auth" -l authorize-url -d 'The vendor\'s authorization page, when it is not the vendor\'s own' -r
complete -c intentd -n "__fish_intentd_using_subcommand auth" -l timeout -d 'Give up after this many seconds' -r
complete -c intentd -n "__fish_intentd_using_subcommand auth" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand auth" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand auth" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand auth" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand auth" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand sync" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand sync" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand sync" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand sync" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand sync" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand run" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand run" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand run" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand run" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand run" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand plan" -l limit -d 'Show at most this many records' -r
complete -c intentd -n "__fish_intentd_using_subcommand plan" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand plan" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand plan" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand plan" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand plan" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand apply" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand apply" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand apply" -l confirm -d 'Also write what the guard holds'
complete -c intentd -n "__fish_intentd_using_subcommand apply" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand apply" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand apply" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and not __fish_seen_subcommand_from contact company group goal help" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand explain; and not __fish_seen_subcommand_from contact company group goal help" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand explain; and not __fish_seen_subcommand_from contact company group goal help" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and not __fish_seen_subcommand_from contact company group goal help" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and not __fish_seen_subcommand_from contact company group goal help" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and not __fish_seen_subcommand_from contact company group goal help" -f -a "contact" -d 'A contact\'s scores'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and not __fish_seen_subcommand_from contact company group goal help" -f -a "company" -d 'A company\'s intent, markets and views'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and not __fish_seen_subcommand_from contact company group goal help" -f -a "group" -d 'A buying group\'s engagement and completeness: the share of each role and member'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and not __fish_seen_subcommand_from contact company group goal help" -f -a "goal" -d 'Whether a contact counts in the goal of a workflow, and why'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and not __fish_seen_subcommand_from contact company group goal help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from contact" -l score -d 'Only this score' -r
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from contact" -l as-of -d 'As it was at the end of this day (2026-11-01) or at this instant (2026-11-01T12:00:00Z)' -r
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from contact" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from contact" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from contact" -l all -d 'List every activity instead of the ten newest of each rule'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from contact" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from contact" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from contact" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from company" -l as-of -d 'As it was at the end of this day (2026-11-01) or at this instant (2026-11-01T12:00:00Z)' -r
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from company" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from company" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from company" -l all -d 'List every visit instead of the ten newest of each rule'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from company" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from company" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from company" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from group" -l as-of -d 'As it was at the end of this day (2026-11-01) or at this instant (2026-11-01T12:00:00Z)' -r
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from group" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from group" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from group" -l all -d 'List every member\'s activities by day'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from group" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from group" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from group" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from goal" -l as-of -d 'As it was at the end of this day (2026-11-01) or at this instant (2026-11-01T12:00:00Z)' -r
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from goal" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from goal" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from goal" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from goal" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from goal" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from help" -f -a "contact" -d 'A contact\'s scores'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from help" -f -a "company" -d 'A company\'s intent, markets and views'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from help" -f -a "group" -d 'A buying group\'s engagement and completeness: the share of each role and member'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from help" -f -a "goal" -d 'Whether a contact counts in the goal of a workflow, and why'
complete -c intentd -n "__fish_intentd_using_subcommand explain; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand backtest" -l rules -d 'The folder with the changed rules; the one of the configuration when left out' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand backtest" -l score -d 'Only this score' -r
complete -c intentd -n "__fish_intentd_using_subcommand backtest" -l as-of -d 'As it was at the end of this day (2026-11-01) or at this instant; only deals that closed later count as won then' -r
complete -c intentd -n "__fish_intentd_using_subcommand backtest" -l limit -d 'At most this many; 50 when left out, and all with --json or --csv' -r
complete -c intentd -n "__fish_intentd_using_subcommand backtest" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand backtest" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand backtest" -l csv -d 'Print comma-separated values (RFC 4180) on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand backtest" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand backtest" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand backtest" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand activities" -l limit -d 'Show at most this many, newest first' -r
complete -c intentd -n "__fish_intentd_using_subcommand activities" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand activities" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand activities" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand activities" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand activities" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and not __fish_seen_subcommand_from list show domains help" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand intent; and not __fish_seen_subcommand_from list show domains help" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand intent; and not __fish_seen_subcommand_from list show domains help" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and not __fish_seen_subcommand_from list show domains help" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and not __fish_seen_subcommand_from list show domains help" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and not __fish_seen_subcommand_from list show domains help" -f -a "list" -d 'List the companies that show intent; those that began last stand first'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and not __fish_seen_subcommand_from list show domains help" -f -a "show" -d 'Show a company\'s intent, markets, views and most visited pages'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and not __fish_seen_subcommand_from list show domains help" -f -a "domains" -d 'Tell for each web site whether visits arrive'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and not __fish_seen_subcommand_from list show domains help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from list" -l criterion -d 'Only companies that meet this criterion' -r
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from list" -l market -d 'Only companies in this market' -r
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from list" -l limit -d 'At most this many; 50 when left out, and all with --json or --csv' -r
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from list" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from list" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from list" -l csv -d 'Print comma-separated values (RFC 4180) on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from list" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from list" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from show" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from show" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from show" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from show" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from domains" -l limit -d 'At most this many; 50 when left out, and all with --json or --csv' -r
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from domains" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from domains" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from domains" -l csv -d 'Print comma-separated values (RFC 4180) on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from domains" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from domains" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from domains" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the companies that show intent; those that began last stand first'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a company\'s intent, markets, views and most visited pages'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from help" -f -a "domains" -d 'Tell for each web site whether visits arrive'
complete -c intentd -n "__fish_intentd_using_subcommand intent; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand views; and not __fish_seen_subcommand_from list show history help" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand views; and not __fish_seen_subcommand_from list show history help" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand views; and not __fish_seen_subcommand_from list show history help" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand views; and not __fish_seen_subcommand_from list show history help" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand views; and not __fish_seen_subcommand_from list show history help" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand views; and not __fish_seen_subcommand_from list show history help" -f -a "list" -d 'List the saved views with the number of their companies'
complete -c intentd -n "__fish_intentd_using_subcommand views; and not __fish_seen_subcommand_from list show history help" -f -a "show" -d 'List the companies in a view; those that entered last stand first'
complete -c intentd -n "__fish_intentd_using_subcommand views; and not __fish_seen_subcommand_from list show history help" -f -a "history" -d 'List who entered and left a view, newest first'
complete -c intentd -n "__fish_intentd_using_subcommand views; and not __fish_seen_subcommand_from list show history help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from list" -l limit -d 'At most this many; 50 when left out, and all with --json or --csv' -r
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from list" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from list" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from list" -l csv -d 'Print comma-separated values (RFC 4180) on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from list" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from list" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from show" -l limit -d 'At most this many; 50 when left out, and all with --json or --csv' -r
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from show" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from show" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from show" -l csv -d 'Print comma-separated values (RFC 4180) on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from show" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from show" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from history" -l limit -d 'At most this many; 50 when left out, and all with --json or --csv' -r
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from history" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from history" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from history" -l csv -d 'Print comma-separated values (RFC 4180) on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from history" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from history" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the saved views with the number of their companies'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from help" -f -a "show" -d 'List the companies in a view; those that entered last stand first'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from help" -f -a "history" -d 'List who entered and left a view, newest first'
complete -c intentd -n "__fish_intentd_using_subcommand views; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and not __fish_seen_subcommand_from list show members jobs assign role remove stage help" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand groups; and not __fish_seen_subcommand_from list show members jobs assign role remove stage help" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand groups; and not __fish_seen_subcommand_from list show members jobs assign role remove stage help" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and not __fish_seen_subcommand_from list show members jobs assign role remove stage help" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and not __fish_seen_subcommand_from list show members jobs assign role remove stage help" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and not __fish_seen_subcommand_from list show members jobs assign role remove stage help" -f -a "list" -d 'List buying groups, by name'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and not __fish_seen_subcommand_from list show members jobs assign role remove stage help" -f -a "show" -d 'Show a group: account, scores, roles, intent, the most important members'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and not __fish_seen_subcommand_from list show members jobs assign role remove stage help" -f -a "members" -d 'List the members of a group'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and not __fish_seen_subcommand_from list show members jobs assign role remove stage help" -f -a "jobs" -d 'List the jobs that make groups'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and not __fish_seen_subcommand_from list show members jobs assign role remove stage help" -f -a "assign" -d 'Make people of the account members, up to 50 at a time'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and not __fish_seen_subcommand_from list show members jobs assign role remove stage help" -f -a "role" -d 'Give members another role, up to 50 at a time'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and not __fish_seen_subcommand_from list show members jobs assign role remove stage help" -f -a "remove" -d 'Take members out, up to 50 at a time; conditions do not bring them back'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and not __fish_seen_subcommand_from list show members jobs assign role remove stage help" -f -a "stage" -d 'Move groups to a stage, up to 50 at a time'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and not __fish_seen_subcommand_from list show members jobs assign role remove stage help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -l search -d 'Words that the name contains, in any order' -r
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -l interest -d 'Of this solution interest; can be given several times' -r
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -l missing-role -d 'Nobody has this role' -r
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -l completeness-below -d 'Completeness is below this, in percent' -r
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -l completeness-from -d 'Completeness is at least this, in percent' -r
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -l engagement-below -d 'Engagement as shown is below this' -r
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -l engagement-from -d 'Engagement as shown is at least this' -r
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -l stage -d 'In this stage; can be given several times' -r
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -l limit -d 'At most this many; 50 when left out, and all with --json or --csv' -r
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -l without-stage -d 'Also, or only, groups that are in no stage'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -l csv -d 'Print comma-separated values (RFC 4180) on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from show" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from show" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from show" -l summary -d 'Let the configured model write the summary, unless it has written one of these facts'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from show" -l again -d 'Let the model write the summary once more'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from show" -l summary-request -d 'Print what the model would be sent, as JSON, and send nothing'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from show" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from show" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from members" -l limit -d 'At most this many; 50 when left out, and all with --json or --csv' -r
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from members" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from members" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from members" -l csv -d 'Print comma-separated values (RFC 4180) on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from members" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from members" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from members" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from jobs" -l limit -d 'At most this many; 50 when left out, and all with --json or --csv' -r
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from jobs" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from jobs" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from jobs" -l csv -d 'Print comma-separated values (RFC 4180) on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from jobs" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from jobs" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from jobs" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from assign" -l role -d 'A role of the group\'s template' -r
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from assign" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from assign" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from assign" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from assign" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from assign" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from role" -l role -d 'A role of the group\'s template' -r
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from role" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from role" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from role" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from role" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from role" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from remove" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from remove" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from remove" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from stage" -l to -d 'The stage' -r
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from stage" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from stage" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from stage" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from stage" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from stage" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from help" -f -a "list" -d 'List buying groups, by name'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a group: account, scores, roles, intent, the most important members'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from help" -f -a "members" -d 'List the members of a group'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from help" -f -a "jobs" -d 'List the jobs that make groups'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from help" -f -a "assign" -d 'Make people of the account members, up to 50 at a time'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from help" -f -a "role" -d 'Give members another role, up to 50 at a time'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Take members out, up to 50 at a time; conditions do not bring them back'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from help" -f -a "stage" -d 'Move groups to a stage, up to 50 at a time'
complete -c intentd -n "__fish_intentd_using_subcommand groups; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and not __fish_seen_subcommand_from list show goal help" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and not __fish_seen_subcommand_from list show goal help" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and not __fish_seen_subcommand_from list show goal help" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and not __fish_seen_subcommand_from list show goal help" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and not __fish_seen_subcommand_from list show goal help" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and not __fish_seen_subcommand_from list show goal help" -f -a "list" -d 'List the workflows with their figures'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and not __fish_seen_subcommand_from list show goal help" -f -a "show" -d 'Show a workflow: figures, who left it why, the trend of its goal'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and not __fish_seen_subcommand_from list show goal help" -f -a "goal" -d 'List who counts in the goal of a workflow, and who was unenrolled for it'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and not __fish_seen_subcommand_from list show goal help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from list" -l limit -d 'At most this many; 50 when left out, and all with --json or --csv' -r
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from list" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from list" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from list" -l csv -d 'Print comma-separated values (RFC 4180) on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from list" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from list" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from show" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from show" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from show" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from show" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from goal" -l limit -d 'At most this many; 50 when left out, and all with --json or --csv' -r
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from goal" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from goal" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from goal" -l everybody -d 'Everybody who started it, whether it counts or not'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from goal" -l csv -d 'Print comma-separated values (RFC 4180) on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from goal" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from goal" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from goal" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the workflows with their figures'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a workflow: figures, who left it why, the trend of its goal'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from help" -f -a "goal" -d 'List who counts in the goal of a workflow, and who was unenrolled for it'
complete -c intentd -n "__fish_intentd_using_subcommand workflows; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and not __fish_seen_subcommand_from list dismiss restore add help" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and not __fish_seen_subcommand_from list dismiss restore add help" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and not __fish_seen_subcommand_from list dismiss restore add help" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and not __fish_seen_subcommand_from list dismiss restore add help" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and not __fish_seen_subcommand_from list dismiss restore add help" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and not __fish_seen_subcommand_from list dismiss restore add help" -f -a "list" -d 'List pages by lift: how much oftener their readers converted than those of the home page'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and not __fish_seen_subcommand_from list dismiss restore add help" -f -a "dismiss" -d 'Put a page away: it is not recommended any more'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and not __fish_seen_subcommand_from list dismiss restore add help" -f -a "restore" -d 'Take back a page that was put away'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and not __fish_seen_subcommand_from list dismiss restore add help" -f -a "add" -d 'Print the YAML that adds a page to an intent criterion'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and not __fish_seen_subcommand_from list dismiss restore add help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from list" -l min-conversions -d 'Only pages with at least this many conversions' -r
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from list" -l limit -d 'At most this many; 50 when left out, and all with --json or --csv' -r
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from list" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from list" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from list" -l dismissed -d 'Also pages that were put away'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from list" -l new -d 'Only pages that no criterion names yet'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from list" -l csv -d 'Print comma-separated values (RFC 4180) on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from list" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from list" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from dismiss" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from dismiss" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from dismiss" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from dismiss" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from dismiss" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from restore" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from restore" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from restore" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from restore" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from add" -l to -d 'The criterion; one that does not exist yet is begun' -r
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from add" -l operator -d 'How paths are compared' -r -f -a "equals\t''
contains\t''
starts-with\t''"
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from add" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from add" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from add" -l exclude -d 'Add it to the exclusion rules instead'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from add" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from add" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from help" -f -a "list" -d 'List pages by lift: how much oftener their readers converted than those of the home page'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from help" -f -a "dismiss" -d 'Put a page away: it is not recommended any more'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from help" -f -a "restore" -d 'Take back a page that was put away'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from help" -f -a "add" -d 'Print the YAML that adds a page to an intent criterion'
complete -c intentd -n "__fish_intentd_using_subcommand recommendations; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and not __fish_seen_subcommand_from show split join forget conflicts settle help" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand identity; and not __fish_seen_subcommand_from show split join forget conflicts settle help" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand identity; and not __fish_seen_subcommand_from show split join forget conflicts settle help" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and not __fish_seen_subcommand_from show split join forget conflicts settle help" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and not __fish_seen_subcommand_from show split join forget conflicts settle help" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and not __fish_seen_subcommand_from show split join forget conflicts settle help" -f -a "show" -d 'Tell why records are one contact or company, and whose value each field has'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and not __fish_seen_subcommand_from show split join forget conflicts settle help" -f -a "split" -d 'Take a record apart from the others, for good'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and not __fish_seen_subcommand_from show split join forget conflicts settle help" -f -a "join" -d 'Make two records one, for good'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and not __fish_seen_subcommand_from show split join forget conflicts settle help" -f -a "forget" -d 'Let keys alone decide about a record again'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and not __fish_seen_subcommand_from show split join forget conflicts settle help" -f -a "conflicts" -d 'List values that two sources keep changing, and those that wait for a decision'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and not __fish_seen_subcommand_from show split join forget conflicts settle help" -f -a "settle" -d 'Decide a conflict: which side\'s value is the right one; or let intentd write a frozen property again'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and not __fish_seen_subcommand_from show split join forget conflicts settle help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from show" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from show" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from show" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from show" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from split" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from split" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from split" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from split" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from split" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from join" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from join" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from join" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from join" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from join" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from forget" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from forget" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from forget" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from forget" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from forget" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from conflicts" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from conflicts" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from conflicts" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from conflicts" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from conflicts" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from settle" -l take -d 'Whose value is the right one: a connection. Not needed for a frozen property' -r
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from settle" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from settle" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from settle" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from settle" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from settle" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from help" -f -a "show" -d 'Tell why records are one contact or company, and whose value each field has'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from help" -f -a "split" -d 'Take a record apart from the others, for good'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from help" -f -a "join" -d 'Make two records one, for good'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from help" -f -a "forget" -d 'Let keys alone decide about a record again'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from help" -f -a "conflicts" -d 'List values that two sources keep changing, and those that wait for a decision'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from help" -f -a "settle" -d 'Decide a conflict: which side\'s value is the right one; or let intentd write a frozen property again'
complete -c intentd -n "__fish_intentd_using_subcommand identity; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand import; and not __fish_seen_subcommand_from access-log help" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand import; and not __fish_seen_subcommand_from access-log help" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand import; and not __fish_seen_subcommand_from access-log help" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand import; and not __fish_seen_subcommand_from access-log help" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand import; and not __fish_seen_subcommand_from access-log help" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand import; and not __fish_seen_subcommand_from access-log help" -f -a "access-log" -d 'Import visits from access logs in the combined format, plain or gzip. Lines that were imported before do not count again'
complete -c intentd -n "__fish_intentd_using_subcommand import; and not __fish_seen_subcommand_from access-log help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand import; and __fish_seen_subcommand_from access-log" -l site -d 'The web site, for example www.example.com: the host of lines that name none' -r
complete -c intentd -n "__fish_intentd_using_subcommand import; and __fish_seen_subcommand_from access-log" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand import; and __fish_seen_subcommand_from access-log" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand import; and __fish_seen_subcommand_from access-log" -l without-consent -d 'Count visits although a log holds no consent. Say so only when your legal ground is another one'
complete -c intentd -n "__fish_intentd_using_subcommand import; and __fish_seen_subcommand_from access-log" -l dry-run -d 'Read and count, and store nothing'
complete -c intentd -n "__fish_intentd_using_subcommand import; and __fish_seen_subcommand_from access-log" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand import; and __fish_seen_subcommand_from access-log" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand import; and __fish_seen_subcommand_from access-log" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "access-log" -d 'Import visits from access logs in the combined format, plain or gzip. Lines that were imported before do not count again'
complete -c intentd -n "__fish_intentd_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand status" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand status" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand status" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand status" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand status" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand doctor" -l resume -d 'Let a halted stream go on: what it wants to delete has been looked at' -r
complete -c intentd -n "__fish_intentd_using_subcommand doctor" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand doctor" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand doctor" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand doctor" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand migrate" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand migrate" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand migrate" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand migrate" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand migrate" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand backup" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand backup" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand backup" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand backup" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand backup" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand schema" -l out -d 'Write one file per schema into this folder instead of printing them all' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand schema" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand schema" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand schema" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand schema" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand schema" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and not __fish_seen_subcommand_from hubspot marketo help" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand fake; and not __fish_seen_subcommand_from hubspot marketo help" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand fake; and not __fish_seen_subcommand_from hubspot marketo help" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and not __fish_seen_subcommand_from hubspot marketo help" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and not __fish_seen_subcommand_from hubspot marketo help" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and not __fish_seen_subcommand_from hubspot marketo help" -f -a "hubspot" -d 'A HubSpot account with invented people'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and not __fish_seen_subcommand_from hubspot marketo help" -f -a "marketo" -d 'A Marketo instance with invented people'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and not __fish_seen_subcommand_from hubspot marketo help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -l port -d 'The port on 127.0.0.1; 0 takes a free one' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -l token -d 'The token that is accepted' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -l state -d 'Keep the account in this file between runs' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -l seed -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -l contacts -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -l companies -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -l activities -d 'Page views, e-mail events, submissions, engagements: `none`, or the default amount' -r -f -a "none\t''
default\t''"
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -l latency -d 'Milliseconds before every answer' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -l burst -d 'Calls per rolling ten seconds' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -l daily -d 'Calls per day' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -l search-lag -d 'Milliseconds by which the search index trails' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -l modified-at-once -d 'On SIGUSR1, stamp this many contacts with one and the same last-modified millisecond' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -l no-enterprise -d 'The account has no Enterprise subscription: page views answer 403'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from hubspot" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l port -d 'The port on 127.0.0.1; 0 takes a free one' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l client-id -d 'The client id that is accepted' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l client-secret -d 'The client secret that is accepted' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l state -d 'Keep the instance in this file between runs' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l seed -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l leads -d 'Known persons' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l companies -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l anonymous -d 'Visitors without a name' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l months -d 'How many months back the facts reach' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l activities -d 'Visits, forms and e-mails: `none`, or the default amount' -r -f -a "none\t''
default\t''"
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l people -d 'A JSON file of people who are known elsewhere too: a list of objects with `first_name`, `last_name`, `email`, `company`, `domain`, `job_title` and `country`' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l latency -d 'Milliseconds before every answer' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l rate -d 'Calls per rolling twenty seconds' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l concurrent -d 'Calls that run at one time' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l daily -d 'Calls per day' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l bulk-megabytes -d 'Megabytes of export files per day' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l job-step -d 'Seconds that an export job stays queued, and seconds that it runs' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l token-life -d 'Seconds that a new access token lives' -r
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l no-bulk-updated-at -d 'Bulk lead extract does not know the filter `updatedAt` (1035)'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l crm-sync -d 'A native CRM sync is on: companies and opportunities are read-only (1018)'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l no-oddities -d 'No empty pages, late activities, missing ids or dirty values'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from marketo" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from help" -f -a "hubspot" -d 'A HubSpot account with invented people'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from help" -f -a "marketo" -d 'A Marketo instance with invented people'
complete -c intentd -n "__fish_intentd_using_subcommand fake; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand reference" -l out -d 'The folder to write into: man/, completions/, and the pages in Markdown' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand reference" -s c -l config -d 'The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml' -r -F
complete -c intentd -n "__fish_intentd_using_subcommand reference" -l log -d 'Log lines on standard error: `human` or `json`' -r -f -a "human\t''
json\t''"
complete -c intentd -n "__fish_intentd_using_subcommand reference" -l json -d 'Print facts as one JSON value on standard output'
complete -c intentd -n "__fish_intentd_using_subcommand reference" -s v -l verbose -d 'More log lines; twice for all of them'
complete -c intentd -n "__fish_intentd_using_subcommand reference" -s h -l help -d 'Print help'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "demo" -d 'Run one whole cycle against a built-in fake HubSpot with a believable account'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "init" -d 'Write a commented configuration and the default mappings into a folder'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "check" -d 'Check configuration, mappings and rules; with --online also credentials, scopes and the account\'s schema'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "auth" -d 'Authorize an OAuth app'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "sync" -d 'Run one whole cycle: pull, recompute, plan, write back'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "run" -d 'Run as a daemon'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "plan" -d 'Show what would be written, without writing it'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "apply" -d 'Write what is planned'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "explain" -d 'Explain a value to its last point'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "backtest" -d 'Apply changed rules to the facts: who would change, and how well the scores tell who buys'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "activities" -d 'Show a contact\'s activities'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "intent" -d 'Show which companies show intent, and whether visits arrive'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "views" -d 'Show the saved views and who is in them'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "groups" -d 'Show buying groups, and decide about their members and stages'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "workflows" -d 'Show workflows, their goals and who counts in them'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "recommendations" -d 'Show pages that converting companies read more than others'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "identity" -d 'Tell who is who across connections, and decide it'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "import" -d 'Import facts that no vendor delivers: visits from access logs'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "status" -d 'Show connections, streams, outbox and the last run'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "doctor" -d 'Find out what is wrong and say what to do'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "migrate" -d 'Bring the database to this version\'s form'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "backup" -d 'Write a consistent copy of the database'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "schema" -d 'Write the JSON Schemas of the YAML files, for editors'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "fake" -d 'Start a built-in fake vendor on its own'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "reference" -d 'Write shell completions, the man page or the reference pages'
complete -c intentd -n "__fish_intentd_using_subcommand help; and not __fish_seen_subcommand_from demo init check auth sync run plan apply explain backtest activities intent views groups workflows recommendations identity import status doctor migrate backup schema fake reference help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from explain" -f -a "contact" -d 'A contact\'s scores'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from explain" -f -a "company" -d 'A company\'s intent, markets and views'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from explain" -f -a "group" -d 'A buying group\'s engagement and completeness: the share of each role and member'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from explain" -f -a "goal" -d 'Whether a contact counts in the goal of a workflow, and why'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from intent" -f -a "list" -d 'List the companies that show intent; those that began last stand first'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from intent" -f -a "show" -d 'Show a company\'s intent, markets, views and most visited pages'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from intent" -f -a "domains" -d 'Tell for each web site whether visits arrive'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from views" -f -a "list" -d 'List the saved views with the number of their companies'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from views" -f -a "show" -d 'List the companies in a view; those that entered last stand first'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from views" -f -a "history" -d 'List who entered and left a view, newest first'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from groups" -f -a "list" -d 'List buying groups, by name'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from groups" -f -a "show" -d 'Show a group: account, scores, roles, intent, the most important members'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from groups" -f -a "members" -d 'List the members of a group'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from groups" -f -a "jobs" -d 'List the jobs that make groups'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from groups" -f -a "assign" -d 'Make people of the account members, up to 50 at a time'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from groups" -f -a "role" -d 'Give members another role, up to 50 at a time'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from groups" -f -a "remove" -d 'Take members out, up to 50 at a time; conditions do not bring them back'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from groups" -f -a "stage" -d 'Move groups to a stage, up to 50 at a time'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from workflows" -f -a "list" -d 'List the workflows with their figures'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from workflows" -f -a "show" -d 'Show a workflow: figures, who left it why, the trend of its goal'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from workflows" -f -a "goal" -d 'List who counts in the goal of a workflow, and who was unenrolled for it'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from recommendations" -f -a "list" -d 'List pages by lift: how much oftener their readers converted than those of the home page'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from recommendations" -f -a "dismiss" -d 'Put a page away: it is not recommended any more'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from recommendations" -f -a "restore" -d 'Take back a page that was put away'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from recommendations" -f -a "add" -d 'Print the YAML that adds a page to an intent criterion'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from identity" -f -a "show" -d 'Tell why records are one contact or company, and whose value each field has'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from identity" -f -a "split" -d 'Take a record apart from the others, for good'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from identity" -f -a "join" -d 'Make two records one, for good'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from identity" -f -a "forget" -d 'Let keys alone decide about a record again'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from identity" -f -a "conflicts" -d 'List values that two sources keep changing, and those that wait for a decision'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from identity" -f -a "settle" -d 'Decide a conflict: which side\'s value is the right one; or let intentd write a frozen property again'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "access-log" -d 'Import visits from access logs in the combined format, plain or gzip. Lines that were imported before do not count again'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from fake" -f -a "hubspot" -d 'A HubSpot account with invented people'
complete -c intentd -n "__fish_intentd_using_subcommand help; and __fish_seen_subcommand_from fake" -f -a "marketo" -d 'A Marketo instance with invented people'
