# Åtgärder. Typernas namn står i policy/measures.toml.
measure-status-proposed = föreslagen
measure-status-decided = beslutad
measure-status-accepted = accepterad
measure-status-ongoing = pågår
measure-status-paused = pausad
measure-status-done = avslutad
measure-status-cancelled = avbruten
measure-status-declined = avböjd
measure-status-not-executed = inte genomförd
measure-outcome-reached = målet uppnått
measure-outcome-partly = målet delvis uppnått
measure-outcome-not = målet inte uppnått
measure-due-on = Uppföljning { $date }
