#compdef intentd

autoload -U is-at-least

_intentd() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_intentd_commands" \
"*::: :->intentd" \
&& ret=0
    case $state in
    (intentd)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-command-$line[1]:"
        case $line[1] in
            (demo)
_arguments "${_arguments_options[@]}" : \
'--dir=[The folder for the demo'\''s configuration and database. What an earlier demo left there is replaced]:FOLDER:_files' \
'--seed=[Another seed gives another account]:SEED:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--once[End after the cycles instead of staying up]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(init)
_arguments "${_arguments_options[@]}" : \
'--vendor=[Whose mappings and connection to write]:VENDOR:(hubspot marketo)' \
'--base-url=[The connection'\''s address\: of a Marketo instance, or when it is not the vendor'\''s own]:URL:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
'::folder -- The folder to write into:_files' \
&& ret=0
;;
(check)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--online[Also ask the vendors\: credentials, scopes, and whether every property exists]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(auth)
_arguments "${_arguments_options[@]}" : \
'--port=[The loopback port to listen on; the redirect URL http\://localhost\:PORT/callback must be registered in the app]:PORT:_default' \
'--authorize-url=[The vendor'\''s authorization page, when it is not the vendor'\''s own]:URL:_default' \
'--timeout=[Give up after this many seconds]:TIMEOUT:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
'::connection -- The vendor, or the name of one of its connections:_default' \
&& ret=0
;;
(sync)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(run)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(plan)
_arguments "${_arguments_options[@]}" : \
'--limit=[Show at most this many records]:LIMIT:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(apply)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--confirm[Also write what the guard holds]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(explain)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_intentd__subcmd__explain_commands" \
"*::: :->explain" \
&& ret=0

    case $state in
    (explain)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-explain-command-$line[1]:"
        case $line[1] in
            (contact)
_arguments "${_arguments_options[@]}" : \
'--score=[Only this score]:NAME:_default' \
'--as-of=[As it was at the end of this day (2026-11-01) or at this instant (2026-11-01T12\:00\:00Z)]:DATE:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--all[List every activity instead of the ten newest of each rule]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':contact -- E-mail address, or the record'\''s id at a vendor:_default' \
&& ret=0
;;
(company)
_arguments "${_arguments_options[@]}" : \
'--as-of=[As it was at the end of this day (2026-11-01) or at this instant (2026-11-01T12\:00\:00Z)]:DATE:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--all[List every visit instead of the ten newest of each rule]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':company -- Domain, the record'\''s id at a vendor, or name:_default' \
&& ret=0
;;
(group)
_arguments "${_arguments_options[@]}" : \
'--as-of=[As it was at the end of this day (2026-11-01) or at this instant (2026-11-01T12\:00\:00Z)]:DATE:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--all[List every member'\''s activities by day]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':group -- The group'\''s name or number:_default' \
&& ret=0
;;
(goal)
_arguments "${_arguments_options[@]}" : \
'--as-of=[As it was at the end of this day (2026-11-01) or at this instant (2026-11-01T12\:00\:00Z)]:DATE:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':workflow -- The workflow'\''s name:_default' \
':contact -- E-mail address, or the record'\''s id at a vendor:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__explain__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-explain-help-command-$line[1]:"
        case $line[1] in
            (contact)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(company)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(group)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(goal)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(backtest)
_arguments "${_arguments_options[@]}" : \
'--rules=[The folder with the changed rules; the one of the configuration when left out]:FOLDER:_files' \
'--score=[Only this score]:NAME:_default' \
'--as-of=[As it was at the end of this day (2026-11-01) or at this instant; only deals that closed later count as won then]:DATE:_default' \
'--limit=[At most this many; 50 when left out, and all with --json or --csv]:COUNT:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--csv[Print comma-separated values (RFC 4180) on standard output]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(activities)
_arguments "${_arguments_options[@]}" : \
'--limit=[Show at most this many, newest first]:LIMIT:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':contact -- E-mail address, or the record'\''s id at a vendor:_default' \
&& ret=0
;;
(intent)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_intentd__subcmd__intent_commands" \
"*::: :->intent" \
&& ret=0

    case $state in
    (intent)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-intent-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
'--criterion=[Only companies that meet this criterion]:NAME:_default' \
'--market=[Only companies in this market]:NAME:_default' \
'--limit=[At most this many; 50 when left out, and all with --json or --csv]:COUNT:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--csv[Print comma-separated values (RFC 4180) on standard output]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':company -- Domain, the record'\''s id at a vendor, or name:_default' \
&& ret=0
;;
(domains)
_arguments "${_arguments_options[@]}" : \
'--limit=[At most this many; 50 when left out, and all with --json or --csv]:COUNT:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--csv[Print comma-separated values (RFC 4180) on standard output]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__intent__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-intent-help-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(domains)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(views)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_intentd__subcmd__views_commands" \
"*::: :->views" \
&& ret=0

    case $state in
    (views)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-views-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
'--limit=[At most this many; 50 when left out, and all with --json or --csv]:COUNT:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--csv[Print comma-separated values (RFC 4180) on standard output]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
'--limit=[At most this many; 50 when left out, and all with --json or --csv]:COUNT:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--csv[Print comma-separated values (RFC 4180) on standard output]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':view -- The view'\''s name:_default' \
&& ret=0
;;
(history)
_arguments "${_arguments_options[@]}" : \
'--limit=[At most this many; 50 when left out, and all with --json or --csv]:COUNT:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--csv[Print comma-separated values (RFC 4180) on standard output]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':view -- The view'\''s name:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__views__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-views-help-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(history)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(groups)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_intentd__subcmd__groups_commands" \
"*::: :->groups" \
&& ret=0

    case $state in
    (groups)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-groups-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
'--search=[Words that the name contains, in any order]:WORDS:_default' \
'*--interest=[Of this solution interest; can be given several times]:NAME:_default' \
'--missing-role=[Nobody has this role]:ROLE:_default' \
'--completeness-below=[Completeness is below this, in percent]:PERCENT:_default' \
'--completeness-from=[Completeness is at least this, in percent]:PERCENT:_default' \
'--engagement-below=[Engagement as shown is below this]:NUMBER:_default' \
'--engagement-from=[Engagement as shown is at least this]:NUMBER:_default' \
'*--stage=[In this stage; can be given several times]:STAGE:_default' \
'--limit=[At most this many; 50 when left out, and all with --json or --csv]:COUNT:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--without-stage[Also, or only, groups that are in no stage]' \
'--csv[Print comma-separated values (RFC 4180) on standard output]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--summary[Let the configured model write the summary, unless it has written one of these facts]' \
'--again[Let the model write the summary once more]' \
'(--summary --again)--summary-request[Print what the model would be sent, as JSON, and send nothing]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':group -- The group'\''s name or number:_default' \
&& ret=0
;;
(members)
_arguments "${_arguments_options[@]}" : \
'--limit=[At most this many; 50 when left out, and all with --json or --csv]:COUNT:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--csv[Print comma-separated values (RFC 4180) on standard output]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':group -- The group'\''s name or number:_default' \
&& ret=0
;;
(jobs)
_arguments "${_arguments_options[@]}" : \
'--limit=[At most this many; 50 when left out, and all with --json or --csv]:COUNT:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--csv[Print comma-separated values (RFC 4180) on standard output]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(assign)
_arguments "${_arguments_options[@]}" : \
'--role=[A role of the group'\''s template]:ROLE:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':group -- The group'\''s name or number:_default' \
'*::contacts -- E-mail addresses, or records'\'' ids at a vendor:_default' \
&& ret=0
;;
(role)
_arguments "${_arguments_options[@]}" : \
'--role=[A role of the group'\''s template]:ROLE:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':group -- The group'\''s name or number:_default' \
'*::contacts -- E-mail addresses, or records'\'' ids at a vendor:_default' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':group -- The group'\''s name or number:_default' \
'*::contacts -- E-mail addresses, or records'\'' ids at a vendor:_default' \
&& ret=0
;;
(stage)
_arguments "${_arguments_options[@]}" : \
'--to=[The stage]:STAGE:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
'*::groups -- The groups'\'' names or numbers:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__groups__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-groups-help-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(members)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(jobs)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(assign)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(role)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(stage)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(workflows)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_intentd__subcmd__workflows_commands" \
"*::: :->workflows" \
&& ret=0

    case $state in
    (workflows)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-workflows-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
'--limit=[At most this many; 50 when left out, and all with --json or --csv]:COUNT:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--csv[Print comma-separated values (RFC 4180) on standard output]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':workflow -- The workflow'\''s name:_default' \
&& ret=0
;;
(goal)
_arguments "${_arguments_options[@]}" : \
'--limit=[At most this many; 50 when left out, and all with --json or --csv]:COUNT:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--everybody[Everybody who started it, whether it counts or not]' \
'--csv[Print comma-separated values (RFC 4180) on standard output]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':workflow -- The workflow'\''s name:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__workflows__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-workflows-help-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(goal)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(recommendations)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_intentd__subcmd__recommendations_commands" \
"*::: :->recommendations" \
&& ret=0

    case $state in
    (recommendations)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-recommendations-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
'--min-conversions=[Only pages with at least this many conversions]:COUNT:_default' \
'--limit=[At most this many; 50 when left out, and all with --json or --csv]:COUNT:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--dismissed[Also pages that were put away]' \
'--new[Only pages that no criterion names yet]' \
'--csv[Print comma-separated values (RFC 4180) on standard output]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(dismiss)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':path -- The page'\''s path, `/prices`:_default' \
&& ret=0
;;
(restore)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':path -- The page'\''s path, `/prices`:_default' \
&& ret=0
;;
(add)
_arguments "${_arguments_options[@]}" : \
'--to=[The criterion; one that does not exist yet is begun]:CRITERION:_default' \
'--operator=[How paths are compared]:OPERATOR:(equals contains starts-with)' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--exclude[Add it to the exclusion rules instead]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':path -- The page'\''s path, `/prices`:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__recommendations__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-recommendations-help-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(dismiss)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(restore)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(add)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(identity)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_intentd__subcmd__identity_commands" \
"*::: :->identity" \
&& ret=0

    case $state in
    (identity)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-identity-command-$line[1]:"
        case $line[1] in
            (show)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':kind -- What it is:(contact company)' \
':record -- E-mail address or domain, the record'\''s id at a vendor, or connection and id\: `hubspot/501`:_default' \
&& ret=0
;;
(split)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':kind -- What it is:(contact company)' \
':record -- The record\: its connection and its id there, `hubspot/501`:_default' \
&& ret=0
;;
(join)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':kind -- What they are:(contact company)' \
':one -- One record\: its connection and its id there, `hubspot/501`:_default' \
':other -- The other record:_default' \
&& ret=0
;;
(forget)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':kind -- What it is:(contact company)' \
':record -- The record\: its connection and its id there, `hubspot/501`:_default' \
&& ret=0
;;
(conflicts)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(settle)
_arguments "${_arguments_options[@]}" : \
'--take=[Whose value is the right one\: a connection. Not needed for a frozen property]:CONNECTION:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':record -- A contact'\''s record\: its connection and its id there, `hubspot/501`:_default' \
':field -- The field in conflict, or the frozen property:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__identity__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-identity-help-command-$line[1]:"
        case $line[1] in
            (show)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(split)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(join)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(forget)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(conflicts)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(settle)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(import)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_intentd__subcmd__import_commands" \
"*::: :->import" \
&& ret=0

    case $state in
    (import)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-import-command-$line[1]:"
        case $line[1] in
            (access-log)
_arguments "${_arguments_options[@]}" : \
'--site=[The web site, for example www.example.com\: the host of lines that name none]:HOST:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--without-consent[Count visits although a log holds no consent. Say so only when your legal ground is another one]' \
'--dry-run[Read and count, and store nothing]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
'*::files -- The log files, in any order:_files' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__import__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-import-help-command-$line[1]:"
        case $line[1] in
            (access-log)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(status)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(doctor)
_arguments "${_arguments_options[@]}" : \
'--resume=[Let a halted stream go on\: what it wants to delete has been looked at]:STREAM:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(migrate)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(backup)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
':file -- The file to write; it must not exist yet:_files' \
&& ret=0
;;
(schema)
_arguments "${_arguments_options[@]}" : \
'--out=[Write one file per schema into this folder instead of printing them all]:FOLDER:_files' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(fake)
_arguments "${_arguments_options[@]}" : \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_intentd__subcmd__fake_commands" \
"*::: :->fake" \
&& ret=0

    case $state in
    (fake)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-fake-command-$line[1]:"
        case $line[1] in
            (hubspot)
_arguments "${_arguments_options[@]}" : \
'--port=[The port on 127.0.0.1; 0 takes a free one]:PORT:_default' \
'--token=[The token that is accepted]:TOKEN:_default' \
'--state=[Keep the account in this file between runs]:FILE:_files' \
'--seed=[]:SEED:_default' \
'--contacts=[]:CONTACTS:_default' \
'--companies=[]:COMPANIES:_default' \
'--activities=[Page views, e-mail events, submissions, engagements\: \`none\`, or the default amount]:ACTIVITIES:(none default)' \
'--latency=[Milliseconds before every answer]:LATENCY:_default' \
'--burst=[Calls per rolling ten seconds]:BURST:_default' \
'--daily=[Calls per day]:DAILY:_default' \
'--search-lag=[Milliseconds by which the search index trails]:SEARCH_LAG:_default' \
'--modified-at-once=[On SIGUSR1, stamp this many contacts with one and the same last-modified millisecond]:CONTACTS:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--no-enterprise[The account has no Enterprise subscription\: page views answer 403]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(marketo)
_arguments "${_arguments_options[@]}" : \
'--port=[The port on 127.0.0.1; 0 takes a free one]:PORT:_default' \
'--client-id=[The client id that is accepted]:CLIENT_ID:_default' \
'--client-secret=[The client secret that is accepted]:CLIENT_SECRET:_default' \
'--state=[Keep the instance in this file between runs]:FILE:_files' \
'--seed=[]:SEED:_default' \
'--leads=[Known persons]:LEADS:_default' \
'--companies=[]:COMPANIES:_default' \
'--anonymous=[Visitors without a name]:ANONYMOUS:_default' \
'--months=[How many months back the facts reach]:MONTHS:_default' \
'--activities=[Visits, forms and e-mails\: \`none\`, or the default amount]:ACTIVITIES:(none default)' \
'--people=[A JSON file of people who are known elsewhere too\: a list of objects with \`first_name\`, \`last_name\`, \`email\`, \`company\`, \`domain\`, \`job_title\` and \`country\`]:FILE:_files' \
'--latency=[Milliseconds before every answer]:LATENCY:_default' \
'--rate=[Calls per rolling twenty seconds]:RATE:_default' \
'--concurrent=[Calls that run at one time]:CONCURRENT:_default' \
'--daily=[Calls per day]:DAILY:_default' \
'--bulk-megabytes=[Megabytes of export files per day]:BULK_MEGABYTES:_default' \
'--job-step=[Seconds that an export job stays queued, and seconds that it runs]:JOB_STEP:_default' \
'--token-life=[Seconds that a new access token lives]:TOKEN_LIFE:_default' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--no-bulk-updated-at[Bulk lead extract does not know the filter \`updatedAt\` (1035)]' \
'--crm-sync[A native CRM sync is on\: companies and opportunities are read-only (1018)]' \
'--no-oddities[No empty pages, late activities, missing ids or dirty values]' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__fake__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-fake-help-command-$line[1]:"
        case $line[1] in
            (hubspot)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(marketo)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(reference)
_arguments "${_arguments_options[@]}" : \
'--out=[The folder to write into\: man/, completions/, and the pages in Markdown]:FOLDER:_files' \
'-c+[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--config=[The configuration file. Without it\: ./intentd.yaml, then /etc/intentd/intentd.yaml]:FILE:_files' \
'--log=[Log lines on standard error\: \`human\` or \`json\`]:LOG:(human json)' \
'--json[Print facts as one JSON value on standard output]' \
'*-v[More log lines; twice for all of them]' \
'*--verbose[More log lines; twice for all of them]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-help-command-$line[1]:"
        case $line[1] in
            (demo)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(init)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(check)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(auth)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(sync)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(run)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(plan)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(apply)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(explain)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__help__subcmd__explain_commands" \
"*::: :->explain" \
&& ret=0

    case $state in
    (explain)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-help-explain-command-$line[1]:"
        case $line[1] in
            (contact)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(company)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(group)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(goal)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(backtest)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(activities)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(intent)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__help__subcmd__intent_commands" \
"*::: :->intent" \
&& ret=0

    case $state in
    (intent)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-help-intent-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(domains)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(views)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__help__subcmd__views_commands" \
"*::: :->views" \
&& ret=0

    case $state in
    (views)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-help-views-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(history)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(groups)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__help__subcmd__groups_commands" \
"*::: :->groups" \
&& ret=0

    case $state in
    (groups)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-help-groups-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(members)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(jobs)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(assign)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(role)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(stage)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(workflows)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__help__subcmd__workflows_commands" \
"*::: :->workflows" \
&& ret=0

    case $state in
    (workflows)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-help-workflows-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(goal)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(recommendations)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__help__subcmd__recommendations_commands" \
"*::: :->recommendations" \
&& ret=0

    case $state in
    (recommendations)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-help-recommendations-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(dismiss)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(restore)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(add)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(identity)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__help__subcmd__identity_commands" \
"*::: :->identity" \
&& ret=0

    case $state in
    (identity)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-help-identity-command-$line[1]:"
        case $line[1] in
            (show)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(split)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(join)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(forget)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(conflicts)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(settle)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(import)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__help__subcmd__import_commands" \
"*::: :->import" \
&& ret=0

    case $state in
    (import)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-help-import-command-$line[1]:"
        case $line[1] in
            (access-log)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(status)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(doctor)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(migrate)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(backup)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(schema)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(fake)
_arguments "${_arguments_options[@]}" : \
":: :_intentd__subcmd__help__subcmd__fake_commands" \
"*::: :->fake" \
&& ret=0

    case $state in
    (fake)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:intentd-help-fake-command-$line[1]:"
        case $line[1] in
            (hubspot)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(marketo)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(reference)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
}

(( $+functions[_intentd_commands] )) ||
_intentd_commands() {
    local commands; commands=(
'demo:Run one whole cycle against a built-in fake HubSpot with a believable account' \
'init:Write a commented configuration and the default mappings into a folder' \
'check:Check configuration, mappings and rules; with --online also credentials, scopes and the account'\''s schema' \
'auth:Authorize an OAuth app' \
'sync:Run one whole cycle\: pull, recompute, plan, write back' \
'run:Run as a daemon' \
'plan:Show what would be written, without writing it' \
'apply:Write what is planned' \
'explain:Explain a value to its last point' \
'backtest:Apply changed rules to the facts\: who would change, and how well the scores tell who buys' \
'activities:Show a contact'\''s activities' \
'intent:Show which companies show intent, and whether visits arrive' \
'views:Show the saved views and who is in them' \
'groups:Show buying groups, and decide about their members and stages' \
'workflows:Show workflows, their goals and who counts in them' \
'recommendations:Show pages that converting companies read more than others' \
'identity:Tell who is who across connections, and decide it' \
'import:Import facts that no vendor delivers\: visits from access logs' \
'status:Show connections, streams, outbox and the last run' \
'doctor:Find out what is wrong and say what to do' \
'migrate:Bring the database to this version'\''s form' \
'backup:Write a consistent copy of the database' \
'schema:Write the JSON Schemas of the YAML files, for editors' \
'fake:Start a built-in fake vendor on its own' \
'reference:Write shell completions, the man page or the reference pages' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd commands' commands "$@"
}
(( $+functions[_intentd__subcmd__activities_commands] )) ||
_intentd__subcmd__activities_commands() {
    local commands; commands=()
    _describe -t commands 'intentd activities commands' commands "$@"
}
(( $+functions[_intentd__subcmd__apply_commands] )) ||
_intentd__subcmd__apply_commands() {
    local commands; commands=()
    _describe -t commands 'intentd apply commands' commands "$@"
}
(( $+functions[_intentd__subcmd__auth_commands] )) ||
_intentd__subcmd__auth_commands() {
    local commands; commands=()
    _describe -t commands 'intentd auth commands' commands "$@"
}
(( $+functions[_intentd__subcmd__backtest_commands] )) ||
_intentd__subcmd__backtest_commands() {
    local commands; commands=()
    _describe -t commands 'intentd backtest commands' commands "$@"
}
(( $+functions[_intentd__subcmd__backup_commands] )) ||
_intentd__subcmd__backup_commands() {
    local commands; commands=()
    _describe -t commands 'intentd backup commands' commands "$@"
}
(( $+functions[_intentd__subcmd__check_commands] )) ||
_intentd__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'intentd check commands' commands "$@"
}
(( $+functions[_intentd__subcmd__demo_commands] )) ||
_intentd__subcmd__demo_commands() {
    local commands; commands=()
    _describe -t commands 'intentd demo commands' commands "$@"
}
(( $+functions[_intentd__subcmd__doctor_commands] )) ||
_intentd__subcmd__doctor_commands() {
    local commands; commands=()
    _describe -t commands 'intentd doctor commands' commands "$@"
}
(( $+functions[_intentd__subcmd__explain_commands] )) ||
_intentd__subcmd__explain_commands() {
    local commands; commands=(
'contact:A contact'\''s scores' \
'company:A company'\''s intent, markets and views' \
'group:A buying group'\''s engagement and completeness\: the share of each role and member' \
'goal:Whether a contact counts in the goal of a workflow, and why' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd explain commands' commands "$@"
}
(( $+functions[_intentd__subcmd__explain__subcmd__company_commands] )) ||
_intentd__subcmd__explain__subcmd__company_commands() {
    local commands; commands=()
    _describe -t commands 'intentd explain company commands' commands "$@"
}
(( $+functions[_intentd__subcmd__explain__subcmd__contact_commands] )) ||
_intentd__subcmd__explain__subcmd__contact_commands() {
    local commands; commands=()
    _describe -t commands 'intentd explain contact commands' commands "$@"
}
(( $+functions[_intentd__subcmd__explain__subcmd__goal_commands] )) ||
_intentd__subcmd__explain__subcmd__goal_commands() {
    local commands; commands=()
    _describe -t commands 'intentd explain goal commands' commands "$@"
}
(( $+functions[_intentd__subcmd__explain__subcmd__group_commands] )) ||
_intentd__subcmd__explain__subcmd__group_commands() {
    local commands; commands=()
    _describe -t commands 'intentd explain group commands' commands "$@"
}
(( $+functions[_intentd__subcmd__explain__subcmd__help_commands] )) ||
_intentd__subcmd__explain__subcmd__help_commands() {
    local commands; commands=(
'contact:A contact'\''s scores' \
'company:A company'\''s intent, markets and views' \
'group:A buying group'\''s engagement and completeness\: the share of each role and member' \
'goal:Whether a contact counts in the goal of a workflow, and why' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd explain help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__explain__subcmd__help__subcmd__company_commands] )) ||
_intentd__subcmd__explain__subcmd__help__subcmd__company_commands() {
    local commands; commands=()
    _describe -t commands 'intentd explain help company commands' commands "$@"
}
(( $+functions[_intentd__subcmd__explain__subcmd__help__subcmd__contact_commands] )) ||
_intentd__subcmd__explain__subcmd__help__subcmd__contact_commands() {
    local commands; commands=()
    _describe -t commands 'intentd explain help contact commands' commands "$@"
}
(( $+functions[_intentd__subcmd__explain__subcmd__help__subcmd__goal_commands] )) ||
_intentd__subcmd__explain__subcmd__help__subcmd__goal_commands() {
    local commands; commands=()
    _describe -t commands 'intentd explain help goal commands' commands "$@"
}
(( $+functions[_intentd__subcmd__explain__subcmd__help__subcmd__group_commands] )) ||
_intentd__subcmd__explain__subcmd__help__subcmd__group_commands() {
    local commands; commands=()
    _describe -t commands 'intentd explain help group commands' commands "$@"
}
(( $+functions[_intentd__subcmd__explain__subcmd__help__subcmd__help_commands] )) ||
_intentd__subcmd__explain__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'intentd explain help help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__fake_commands] )) ||
_intentd__subcmd__fake_commands() {
    local commands; commands=(
'hubspot:A HubSpot account with invented people' \
'marketo:A Marketo instance with invented people' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd fake commands' commands "$@"
}
(( $+functions[_intentd__subcmd__fake__subcmd__help_commands] )) ||
_intentd__subcmd__fake__subcmd__help_commands() {
    local commands; commands=(
'hubspot:A HubSpot account with invented people' \
'marketo:A Marketo instance with invented people' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd fake help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__fake__subcmd__help__subcmd__help_commands] )) ||
_intentd__subcmd__fake__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'intentd fake help help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__fake__subcmd__help__subcmd__hubspot_commands] )) ||
_intentd__subcmd__fake__subcmd__help__subcmd__hubspot_commands() {
    local commands; commands=()
    _describe -t commands 'intentd fake help hubspot commands' commands "$@"
}
(( $+functions[_intentd__subcmd__fake__subcmd__help__subcmd__marketo_commands] )) ||
_intentd__subcmd__fake__subcmd__help__subcmd__marketo_commands() {
    local commands; commands=()
    _describe -t commands 'intentd fake help marketo commands' commands "$@"
}
(( $+functions[_intentd__subcmd__fake__subcmd__hubspot_commands] )) ||
_intentd__subcmd__fake__subcmd__hubspot_commands() {
    local commands; commands=()
    _describe -t commands 'intentd fake hubspot commands' commands "$@"
}
(( $+functions[_intentd__subcmd__fake__subcmd__marketo_commands] )) ||
_intentd__subcmd__fake__subcmd__marketo_commands() {
    local commands; commands=()
    _describe -t commands 'intentd fake marketo commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups_commands] )) ||
_intentd__subcmd__groups_commands() {
    local commands; commands=(
'list:List buying groups, by name' \
'show:Show a group\: account, scores, roles, intent, the most important members' \
'members:List the members of a group' \
'jobs:List the jobs that make groups' \
'assign:Make people of the account members, up to 50 at a time' \
'role:Give members another role, up to 50 at a time' \
'remove:Take members out, up to 50 at a time; conditions do not bring them back' \
'stage:Move groups to a stage, up to 50 at a time' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd groups commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__assign_commands] )) ||
_intentd__subcmd__groups__subcmd__assign_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups assign commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__help_commands] )) ||
_intentd__subcmd__groups__subcmd__help_commands() {
    local commands; commands=(
'list:List buying groups, by name' \
'show:Show a group\: account, scores, roles, intent, the most important members' \
'members:List the members of a group' \
'jobs:List the jobs that make groups' \
'assign:Make people of the account members, up to 50 at a time' \
'role:Give members another role, up to 50 at a time' \
'remove:Take members out, up to 50 at a time; conditions do not bring them back' \
'stage:Move groups to a stage, up to 50 at a time' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd groups help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__help__subcmd__assign_commands] )) ||
_intentd__subcmd__groups__subcmd__help__subcmd__assign_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups help assign commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__help__subcmd__help_commands] )) ||
_intentd__subcmd__groups__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups help help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__help__subcmd__jobs_commands] )) ||
_intentd__subcmd__groups__subcmd__help__subcmd__jobs_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups help jobs commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__help__subcmd__list_commands] )) ||
_intentd__subcmd__groups__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups help list commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__help__subcmd__members_commands] )) ||
_intentd__subcmd__groups__subcmd__help__subcmd__members_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups help members commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__help__subcmd__remove_commands] )) ||
_intentd__subcmd__groups__subcmd__help__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups help remove commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__help__subcmd__role_commands] )) ||
_intentd__subcmd__groups__subcmd__help__subcmd__role_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups help role commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__help__subcmd__show_commands] )) ||
_intentd__subcmd__groups__subcmd__help__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups help show commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__help__subcmd__stage_commands] )) ||
_intentd__subcmd__groups__subcmd__help__subcmd__stage_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups help stage commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__jobs_commands] )) ||
_intentd__subcmd__groups__subcmd__jobs_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups jobs commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__list_commands] )) ||
_intentd__subcmd__groups__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups list commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__members_commands] )) ||
_intentd__subcmd__groups__subcmd__members_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups members commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__remove_commands] )) ||
_intentd__subcmd__groups__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups remove commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__role_commands] )) ||
_intentd__subcmd__groups__subcmd__role_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups role commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__show_commands] )) ||
_intentd__subcmd__groups__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups show commands' commands "$@"
}
(( $+functions[_intentd__subcmd__groups__subcmd__stage_commands] )) ||
_intentd__subcmd__groups__subcmd__stage_commands() {
    local commands; commands=()
    _describe -t commands 'intentd groups stage commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help_commands] )) ||
_intentd__subcmd__help_commands() {
    local commands; commands=(
'demo:Run one whole cycle against a built-in fake HubSpot with a believable account' \
'init:Write a commented configuration and the default mappings into a folder' \
'check:Check configuration, mappings and rules; with --online also credentials, scopes and the account'\''s schema' \
'auth:Authorize an OAuth app' \
'sync:Run one whole cycle\: pull, recompute, plan, write back' \
'run:Run as a daemon' \
'plan:Show what would be written, without writing it' \
'apply:Write what is planned' \
'explain:Explain a value to its last point' \
'backtest:Apply changed rules to the facts\: who would change, and how well the scores tell who buys' \
'activities:Show a contact'\''s activities' \
'intent:Show which companies show intent, and whether visits arrive' \
'views:Show the saved views and who is in them' \
'groups:Show buying groups, and decide about their members and stages' \
'workflows:Show workflows, their goals and who counts in them' \
'recommendations:Show pages that converting companies read more than others' \
'identity:Tell who is who across connections, and decide it' \
'import:Import facts that no vendor delivers\: visits from access logs' \
'status:Show connections, streams, outbox and the last run' \
'doctor:Find out what is wrong and say what to do' \
'migrate:Bring the database to this version'\''s form' \
'backup:Write a consistent copy of the database' \
'schema:Write the JSON Schemas of the YAML files, for editors' \
'fake:Start a built-in fake vendor on its own' \
'reference:Write shell completions, the man page or the reference pages' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__activities_commands] )) ||
_intentd__subcmd__help__subcmd__activities_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help activities commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__apply_commands] )) ||
_intentd__subcmd__help__subcmd__apply_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help apply commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__auth_commands] )) ||
_intentd__subcmd__help__subcmd__auth_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help auth commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__backtest_commands] )) ||
_intentd__subcmd__help__subcmd__backtest_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help backtest commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__backup_commands] )) ||
_intentd__subcmd__help__subcmd__backup_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help backup commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__check_commands] )) ||
_intentd__subcmd__help__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help check commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__demo_commands] )) ||
_intentd__subcmd__help__subcmd__demo_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help demo commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__doctor_commands] )) ||
_intentd__subcmd__help__subcmd__doctor_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help doctor commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__explain_commands] )) ||
_intentd__subcmd__help__subcmd__explain_commands() {
    local commands; commands=(
'contact:A contact'\''s scores' \
'company:A company'\''s intent, markets and views' \
'group:A buying group'\''s engagement and completeness\: the share of each role and member' \
'goal:Whether a contact counts in the goal of a workflow, and why' \
    )
    _describe -t commands 'intentd help explain commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__explain__subcmd__company_commands] )) ||
_intentd__subcmd__help__subcmd__explain__subcmd__company_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help explain company commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__explain__subcmd__contact_commands] )) ||
_intentd__subcmd__help__subcmd__explain__subcmd__contact_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help explain contact commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__explain__subcmd__goal_commands] )) ||
_intentd__subcmd__help__subcmd__explain__subcmd__goal_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help explain goal commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__explain__subcmd__group_commands] )) ||
_intentd__subcmd__help__subcmd__explain__subcmd__group_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help explain group commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__fake_commands] )) ||
_intentd__subcmd__help__subcmd__fake_commands() {
    local commands; commands=(
'hubspot:A HubSpot account with invented people' \
'marketo:A Marketo instance with invented people' \
    )
    _describe -t commands 'intentd help fake commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__fake__subcmd__hubspot_commands] )) ||
_intentd__subcmd__help__subcmd__fake__subcmd__hubspot_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help fake hubspot commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__fake__subcmd__marketo_commands] )) ||
_intentd__subcmd__help__subcmd__fake__subcmd__marketo_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help fake marketo commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__groups_commands] )) ||
_intentd__subcmd__help__subcmd__groups_commands() {
    local commands; commands=(
'list:List buying groups, by name' \
'show:Show a group\: account, scores, roles, intent, the most important members' \
'members:List the members of a group' \
'jobs:List the jobs that make groups' \
'assign:Make people of the account members, up to 50 at a time' \
'role:Give members another role, up to 50 at a time' \
'remove:Take members out, up to 50 at a time; conditions do not bring them back' \
'stage:Move groups to a stage, up to 50 at a time' \
    )
    _describe -t commands 'intentd help groups commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__groups__subcmd__assign_commands] )) ||
_intentd__subcmd__help__subcmd__groups__subcmd__assign_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help groups assign commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__groups__subcmd__jobs_commands] )) ||
_intentd__subcmd__help__subcmd__groups__subcmd__jobs_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help groups jobs commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__groups__subcmd__list_commands] )) ||
_intentd__subcmd__help__subcmd__groups__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help groups list commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__groups__subcmd__members_commands] )) ||
_intentd__subcmd__help__subcmd__groups__subcmd__members_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help groups members commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__groups__subcmd__remove_commands] )) ||
_intentd__subcmd__help__subcmd__groups__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help groups remove commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__groups__subcmd__role_commands] )) ||
_intentd__subcmd__help__subcmd__groups__subcmd__role_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help groups role commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__groups__subcmd__show_commands] )) ||
_intentd__subcmd__help__subcmd__groups__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help groups show commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__groups__subcmd__stage_commands] )) ||
_intentd__subcmd__help__subcmd__groups__subcmd__stage_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help groups stage commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__help_commands] )) ||
_intentd__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__identity_commands] )) ||
_intentd__subcmd__help__subcmd__identity_commands() {
    local commands; commands=(
'show:Tell why records are one contact or company, and whose value each field has' \
'split:Take a record apart from the others, for good' \
'join:Make two records one, for good' \
'forget:Let keys alone decide about a record again' \
'conflicts:List values that two sources keep changing, and those that wait for a decision' \
'settle:Decide a conflict\: which side'\''s value is the right one; or let intentd write a frozen property again' \
    )
    _describe -t commands 'intentd help identity commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__identity__subcmd__conflicts_commands] )) ||
_intentd__subcmd__help__subcmd__identity__subcmd__conflicts_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help identity conflicts commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__identity__subcmd__forget_commands] )) ||
_intentd__subcmd__help__subcmd__identity__subcmd__forget_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help identity forget commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__identity__subcmd__join_commands] )) ||
_intentd__subcmd__help__subcmd__identity__subcmd__join_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help identity join commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__identity__subcmd__settle_commands] )) ||
_intentd__subcmd__help__subcmd__identity__subcmd__settle_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help identity settle commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__identity__subcmd__show_commands] )) ||
_intentd__subcmd__help__subcmd__identity__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help identity show commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__identity__subcmd__split_commands] )) ||
_intentd__subcmd__help__subcmd__identity__subcmd__split_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help identity split commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__import_commands] )) ||
_intentd__subcmd__help__subcmd__import_commands() {
    local commands; commands=(
'access-log:Import visits from access logs in the combined format, plain or gzip. Lines that were imported before do not count again' \
    )
    _describe -t commands 'intentd help import commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__import__subcmd__access-log_commands] )) ||
_intentd__subcmd__help__subcmd__import__subcmd__access-log_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help import access-log commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__init_commands] )) ||
_intentd__subcmd__help__subcmd__init_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help init commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__intent_commands] )) ||
_intentd__subcmd__help__subcmd__intent_commands() {
    local commands; commands=(
'list:List the companies that show intent; those that began last stand first' \
'show:Show a company'\''s intent, markets, views and most visited pages' \
'domains:Tell for each web site whether visits arrive' \
    )
    _describe -t commands 'intentd help intent commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__intent__subcmd__domains_commands] )) ||
_intentd__subcmd__help__subcmd__intent__subcmd__domains_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help intent domains commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__intent__subcmd__list_commands] )) ||
_intentd__subcmd__help__subcmd__intent__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help intent list commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__intent__subcmd__show_commands] )) ||
_intentd__subcmd__help__subcmd__intent__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help intent show commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__migrate_commands] )) ||
_intentd__subcmd__help__subcmd__migrate_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help migrate commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__plan_commands] )) ||
_intentd__subcmd__help__subcmd__plan_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help plan commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__recommendations_commands] )) ||
_intentd__subcmd__help__subcmd__recommendations_commands() {
    local commands; commands=(
'list:List pages by lift\: how much oftener their readers converted than those of the home page' \
'dismiss:Put a page away\: it is not recommended any more' \
'restore:Take back a page that was put away' \
'add:Print the YAML that adds a page to an intent criterion' \
    )
    _describe -t commands 'intentd help recommendations commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__recommendations__subcmd__add_commands] )) ||
_intentd__subcmd__help__subcmd__recommendations__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help recommendations add commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__recommendations__subcmd__dismiss_commands] )) ||
_intentd__subcmd__help__subcmd__recommendations__subcmd__dismiss_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help recommendations dismiss commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__recommendations__subcmd__list_commands] )) ||
_intentd__subcmd__help__subcmd__recommendations__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help recommendations list commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__recommendations__subcmd__restore_commands] )) ||
_intentd__subcmd__help__subcmd__recommendations__subcmd__restore_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help recommendations restore commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__reference_commands] )) ||
_intentd__subcmd__help__subcmd__reference_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help reference commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__run_commands] )) ||
_intentd__subcmd__help__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help run commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__schema_commands] )) ||
_intentd__subcmd__help__subcmd__schema_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help schema commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__status_commands] )) ||
_intentd__subcmd__help__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help status commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__sync_commands] )) ||
_intentd__subcmd__help__subcmd__sync_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help sync commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__views_commands] )) ||
_intentd__subcmd__help__subcmd__views_commands() {
    local commands; commands=(
'list:List the saved views with the number of their companies' \
'show:List the companies in a view; those that entered last stand first' \
'history:List who entered and left a view, newest first' \
    )
    _describe -t commands 'intentd help views commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__views__subcmd__history_commands] )) ||
_intentd__subcmd__help__subcmd__views__subcmd__history_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help views history commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__views__subcmd__list_commands] )) ||
_intentd__subcmd__help__subcmd__views__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help views list commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__views__subcmd__show_commands] )) ||
_intentd__subcmd__help__subcmd__views__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help views show commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__workflows_commands] )) ||
_intentd__subcmd__help__subcmd__workflows_commands() {
    local commands; commands=(
'list:List the workflows with their figures' \
'show:Show a workflow\: figures, who left it why, the trend of its goal' \
'goal:List who counts in the goal of a workflow, and who was unenrolled for it' \
    )
    _describe -t commands 'intentd help workflows commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__workflows__subcmd__goal_commands] )) ||
_intentd__subcmd__help__subcmd__workflows__subcmd__goal_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help workflows goal commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__workflows__subcmd__list_commands] )) ||
_intentd__subcmd__help__subcmd__workflows__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help workflows list commands' commands "$@"
}
(( $+functions[_intentd__subcmd__help__subcmd__workflows__subcmd__show_commands] )) ||
_intentd__subcmd__help__subcmd__workflows__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'intentd help workflows show commands' commands "$@"
}
(( $+functions[_intentd__subcmd__identity_commands] )) ||
_intentd__subcmd__identity_commands() {
    local commands; commands=(
'show:Tell why records are one contact or company, and whose value each field has' \
'split:Take a record apart from the others, for good' \
'join:Make two records one, for good' \
'forget:Let keys alone decide about a record again' \
'conflicts:List values that two sources keep changing, and those that wait for a decision' \
'settle:Decide a conflict\: which side'\''s value is the right one; or let intentd write a frozen property again' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd identity commands' commands "$@"
}
(( $+functions[_intentd__subcmd__identity__subcmd__conflicts_commands] )) ||
_intentd__subcmd__identity__subcmd__conflicts_commands() {
    local commands; commands=()
    _describe -t commands 'intentd identity conflicts commands' commands "$@"
}
(( $+functions[_intentd__subcmd__identity__subcmd__forget_commands] )) ||
_intentd__subcmd__identity__subcmd__forget_commands() {
    local commands; commands=()
    _describe -t commands 'intentd identity forget commands' commands "$@"
}
(( $+functions[_intentd__subcmd__identity__subcmd__help_commands] )) ||
_intentd__subcmd__identity__subcmd__help_commands() {
    local commands; commands=(
'show:Tell why records are one contact or company, and whose value each field has' \
'split:Take a record apart from the others, for good' \
'join:Make two records one, for good' \
'forget:Let keys alone decide about a record again' \
'conflicts:List values that two sources keep changing, and those that wait for a decision' \
'settle:Decide a conflict\: which side'\''s value is the right one; or let intentd write a frozen property again' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd identity help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__identity__subcmd__help__subcmd__conflicts_commands] )) ||
_intentd__subcmd__identity__subcmd__help__subcmd__conflicts_commands() {
    local commands; commands=()
    _describe -t commands 'intentd identity help conflicts commands' commands "$@"
}
(( $+functions[_intentd__subcmd__identity__subcmd__help__subcmd__forget_commands] )) ||
_intentd__subcmd__identity__subcmd__help__subcmd__forget_commands() {
    local commands; commands=()
    _describe -t commands 'intentd identity help forget commands' commands "$@"
}
(( $+functions[_intentd__subcmd__identity__subcmd__help__subcmd__help_commands] )) ||
_intentd__subcmd__identity__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'intentd identity help help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__identity__subcmd__help__subcmd__join_commands] )) ||
_intentd__subcmd__identity__subcmd__help__subcmd__join_commands() {
    local commands; commands=()
    _describe -t commands 'intentd identity help join commands' commands "$@"
}
(( $+functions[_intentd__subcmd__identity__subcmd__help__subcmd__settle_commands] )) ||
_intentd__subcmd__identity__subcmd__help__subcmd__settle_commands() {
    local commands; commands=()
    _describe -t commands 'intentd identity help settle commands' commands "$@"
}
(( $+functions[_intentd__subcmd__identity__subcmd__help__subcmd__show_commands] )) ||
_intentd__subcmd__identity__subcmd__help__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'intentd identity help show commands' commands "$@"
}
(( $+functions[_intentd__subcmd__identity__subcmd__help__subcmd__split_commands] )) ||
_intentd__subcmd__identity__subcmd__help__subcmd__split_commands() {
    local commands; commands=()
    _describe -t commands 'intentd identity help split commands' commands "$@"
}
(( $+functions[_intentd__subcmd__identity__subcmd__join_commands] )) ||
_intentd__subcmd__identity__subcmd__join_commands() {
    local commands; commands=()
    _describe -t commands 'intentd identity join commands' commands "$@"
}
(( $+functions[_intentd__subcmd__identity__subcmd__settle_commands] )) ||
_intentd__subcmd__identity__subcmd__settle_commands() {
    local commands; commands=()
    _describe -t commands 'intentd identity settle commands' commands "$@"
}
(( $+functions[_intentd__subcmd__identity__subcmd__show_commands] )) ||
_intentd__subcmd__identity__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'intentd identity show commands' commands "$@"
}
(( $+functions[_intentd__subcmd__identity__subcmd__split_commands] )) ||
_intentd__subcmd__identity__subcmd__split_commands() {
    local commands; commands=()
    _describe -t commands 'intentd identity split commands' commands "$@"
}
(( $+functions[_intentd__subcmd__import_commands] )) ||
_intentd__subcmd__import_commands() {
    local commands; commands=(
'access-log:Import visits from access logs in the combined format, plain or gzip. Lines that were imported before do not count again' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd import commands' commands "$@"
}
(( $+functions[_intentd__subcmd__import__subcmd__access-log_commands] )) ||
_intentd__subcmd__import__subcmd__access-log_commands() {
    local commands; commands=()
    _describe -t commands 'intentd import access-log commands' commands "$@"
}
(( $+functions[_intentd__subcmd__import__subcmd__help_commands] )) ||
_intentd__subcmd__import__subcmd__help_commands() {
    local commands; commands=(
'access-log:Import visits from access logs in the combined format, plain or gzip. Lines that were imported before do not count again' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd import help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__import__subcmd__help__subcmd__access-log_commands] )) ||
_intentd__subcmd__import__subcmd__help__subcmd__access-log_commands() {
    local commands; commands=()
    _describe -t commands 'intentd import help access-log commands' commands "$@"
}
(( $+functions[_intentd__subcmd__import__subcmd__help__subcmd__help_commands] )) ||
_intentd__subcmd__import__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'intentd import help help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__init_commands] )) ||
_intentd__subcmd__init_commands() {
    local commands; commands=()
    _describe -t commands 'intentd init commands' commands "$@"
}
(( $+functions[_intentd__subcmd__intent_commands] )) ||
_intentd__subcmd__intent_commands() {
    local commands; commands=(
'list:List the companies that show intent; those that began last stand first' \
'show:Show a company'\''s intent, markets, views and most visited pages' \
'domains:Tell for each web site whether visits arrive' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd intent commands' commands "$@"
}
(( $+functions[_intentd__subcmd__intent__subcmd__domains_commands] )) ||
_intentd__subcmd__intent__subcmd__domains_commands() {
    local commands; commands=()
    _describe -t commands 'intentd intent domains commands' commands "$@"
}
(( $+functions[_intentd__subcmd__intent__subcmd__help_commands] )) ||
_intentd__subcmd__intent__subcmd__help_commands() {
    local commands; commands=(
'list:List the companies that show intent; those that began last stand first' \
'show:Show a company'\''s intent, markets, views and most visited pages' \
'domains:Tell for each web site whether visits arrive' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd intent help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__intent__subcmd__help__subcmd__domains_commands] )) ||
_intentd__subcmd__intent__subcmd__help__subcmd__domains_commands() {
    local commands; commands=()
    _describe -t commands 'intentd intent help domains commands' commands "$@"
}
(( $+functions[_intentd__subcmd__intent__subcmd__help__subcmd__help_commands] )) ||
_intentd__subcmd__intent__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'intentd intent help help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__intent__subcmd__help__subcmd__list_commands] )) ||
_intentd__subcmd__intent__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'intentd intent help list commands' commands "$@"
}
(( $+functions[_intentd__subcmd__intent__subcmd__help__subcmd__show_commands] )) ||
_intentd__subcmd__intent__subcmd__help__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'intentd intent help show commands' commands "$@"
}
(( $+functions[_intentd__subcmd__intent__subcmd__list_commands] )) ||
_intentd__subcmd__intent__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'intentd intent list commands' commands "$@"
}
(( $+functions[_intentd__subcmd__intent__subcmd__show_commands] )) ||
_intentd__subcmd__intent__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'intentd intent show commands' commands "$@"
}
(( $+functions[_intentd__subcmd__migrate_commands] )) ||
_intentd__subcmd__migrate_commands() {
    local commands; commands=()
    _describe -t commands 'intentd migrate commands' commands "$@"
}
(( $+functions[_intentd__subcmd__plan_commands] )) ||
_intentd__subcmd__plan_commands() {
    local commands; commands=()
    _describe -t commands 'intentd plan commands' commands "$@"
}
(( $+functions[_intentd__subcmd__recommendations_commands] )) ||
_intentd__subcmd__recommendations_commands() {
    local commands; commands=(
'list:List pages by lift\: how much oftener their readers converted than those of the home page' \
'dismiss:Put a page away\: it is not recommended any more' \
'restore:Take back a page that was put away' \
'add:Print the YAML that adds a page to an intent criterion' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd recommendations commands' commands "$@"
}
(( $+functions[_intentd__subcmd__recommendations__subcmd__add_commands] )) ||
_intentd__subcmd__recommendations__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'intentd recommendations add commands' commands "$@"
}
(( $+functions[_intentd__subcmd__recommendations__subcmd__dismiss_commands] )) ||
_intentd__subcmd__recommendations__subcmd__dismiss_commands() {
    local commands; commands=()
    _describe -t commands 'intentd recommendations dismiss commands' commands "$@"
}
(( $+functions[_intentd__subcmd__recommendations__subcmd__help_commands] )) ||
_intentd__subcmd__recommendations__subcmd__help_commands() {
    local commands; commands=(
'list:List pages by lift\: how much oftener their readers converted than those of the home page' \
'dismiss:Put a page away\: it is not recommended any more' \
'restore:Take back a page that was put away' \
'add:Print the YAML that adds a page to an intent criterion' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd recommendations help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__recommendations__subcmd__help__subcmd__add_commands] )) ||
_intentd__subcmd__recommendations__subcmd__help__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'intentd recommendations help add commands' commands "$@"
}
(( $+functions[_intentd__subcmd__recommendations__subcmd__help__subcmd__dismiss_commands] )) ||
_intentd__subcmd__recommendations__subcmd__help__subcmd__dismiss_commands() {
    local commands; commands=()
    _describe -t commands 'intentd recommendations help dismiss commands' commands "$@"
}
(( $+functions[_intentd__subcmd__recommendations__subcmd__help__subcmd__help_commands] )) ||
_intentd__subcmd__recommendations__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'intentd recommendations help help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__recommendations__subcmd__help__subcmd__list_commands] )) ||
_intentd__subcmd__recommendations__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'intentd recommendations help list commands' commands "$@"
}
(( $+functions[_intentd__subcmd__recommendations__subcmd__help__subcmd__restore_commands] )) ||
_intentd__subcmd__recommendations__subcmd__help__subcmd__restore_commands() {
    local commands; commands=()
    _describe -t commands 'intentd recommendations help restore commands' commands "$@"
}
(( $+functions[_intentd__subcmd__recommendations__subcmd__list_commands] )) ||
_intentd__subcmd__recommendations__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'intentd recommendations list commands' commands "$@"
}
(( $+functions[_intentd__subcmd__recommendations__subcmd__restore_commands] )) ||
_intentd__subcmd__recommendations__subcmd__restore_commands() {
    local commands; commands=()
    _describe -t commands 'intentd recommendations restore commands' commands "$@"
}
(( $+functions[_intentd__subcmd__reference_commands] )) ||
_intentd__subcmd__reference_commands() {
    local commands; commands=()
    _describe -t commands 'intentd reference commands' commands "$@"
}
(( $+functions[_intentd__subcmd__run_commands] )) ||
_intentd__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'intentd run commands' commands "$@"
}
(( $+functions[_intentd__subcmd__schema_commands] )) ||
_intentd__subcmd__schema_commands() {
    local commands; commands=()
    _describe -t commands 'intentd schema commands' commands "$@"
}
(( $+functions[_intentd__subcmd__status_commands] )) ||
_intentd__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'intentd status commands' commands "$@"
}
(( $+functions[_intentd__subcmd__sync_commands] )) ||
_intentd__subcmd__sync_commands() {
    local commands; commands=()
    _describe -t commands 'intentd sync commands' commands "$@"
}
(( $+functions[_intentd__subcmd__views_commands] )) ||
_intentd__subcmd__views_commands() {
    local commands; commands=(
'list:List the saved views with the number of their companies' \
'show:List the companies in a view; those that entered last stand first' \
'history:List who entered and left a view, newest first' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd views commands' commands "$@"
}
(( $+functions[_intentd__subcmd__views__subcmd__help_commands] )) ||
_intentd__subcmd__views__subcmd__help_commands() {
    local commands; commands=(
'list:List the saved views with the number of their companies' \
'show:List the companies in a view; those that entered last stand first' \
'history:List who entered and left a view, newest first' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd views help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__views__subcmd__help__subcmd__help_commands] )) ||
_intentd__subcmd__views__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'intentd views help help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__views__subcmd__help__subcmd__history_commands] )) ||
_intentd__subcmd__views__subcmd__help__subcmd__history_commands() {
    local commands; commands=()
    _describe -t commands 'intentd views help history commands' commands "$@"
}
(( $+functions[_intentd__subcmd__views__subcmd__help__subcmd__list_commands] )) ||
_intentd__subcmd__views__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'intentd views help list commands' commands "$@"
}
(( $+functions[_intentd__subcmd__views__subcmd__help__subcmd__show_commands] )) ||
_intentd__subcmd__views__subcmd__help__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'intentd views help show commands' commands "$@"
}
(( $+functions[_intentd__subcmd__views__subcmd__history_commands] )) ||
_intentd__subcmd__views__subcmd__history_commands() {
    local commands; commands=()
    _describe -t commands 'intentd views history commands' commands "$@"
}
(( $+functions[_intentd__subcmd__views__subcmd__list_commands] )) ||
_intentd__subcmd__views__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'intentd views list commands' commands "$@"
}
(( $+functions[_intentd__subcmd__views__subcmd__show_commands] )) ||
_intentd__subcmd__views__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'intentd views show commands' commands "$@"
}
(( $+functions[_intentd__subcmd__workflows_commands] )) ||
_intentd__subcmd__workflows_commands() {
    local commands; commands=(
'list:List the workflows with their figures' \
'show:Show a workflow\: figures, who left it why, the trend of its goal' \
'goal:List who counts in the goal of a workflow, and who was unenrolled for it' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd workflows commands' commands "$@"
}
(( $+functions[_intentd__subcmd__workflows__subcmd__goal_commands] )) ||
_intentd__subcmd__workflows__subcmd__goal_commands() {
    local commands; commands=()
    _describe -t commands 'intentd workflows goal commands' commands "$@"
}
(( $+functions[_intentd__subcmd__workflows__subcmd__help_commands] )) ||
_intentd__subcmd__workflows__subcmd__help_commands() {
    local commands; commands=(
'list:List the workflows with their figures' \
'show:Show a workflow\: figures, who left it why, the trend of its goal' \
'goal:List who counts in the goal of a workflow, and who was unenrolled for it' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'intentd workflows help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__workflows__subcmd__help__subcmd__goal_commands] )) ||
_intentd__subcmd__workflows__subcmd__help__subcmd__goal_commands() {
    local commands; commands=()
    _describe -t commands 'intentd workflows help goal commands' commands "$@"
}
(( $+functions[_intentd__subcmd__workflows__subcmd__help__subcmd__help_commands] )) ||
_intentd__subcmd__workflows__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'intentd workflows help help commands' commands "$@"
}
(( $+functions[_intentd__subcmd__workflows__subcmd__help__subcmd__list_commands] )) ||
_intentd__subcmd__workflows__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'intentd workflows help list commands' commands "$@"
}
(( $+functions[_intentd__subcmd__workflows__subcmd__help__subcmd__show_commands] )) ||
_intentd__subcmd__workflows__subcmd__help__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'intentd workflows help show commands' commands "$@"
}
(( $+functions[_intentd__subcmd__workflows__subcmd__list_commands] )) ||
_intentd__subcmd__workflows__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'intentd workflows list commands' commands "$@"
}
(( $+functions[_intentd__subcmd__workflows__subcmd__show_commands] )) ||
_intentd__subcmd__workflows__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'intentd workflows show commands' commands "$@"
}

if [ "$funcstack[1]" = "_intentd" ]; then
    _intentd "$@"
else
    compdef _intentd intentd
fi
