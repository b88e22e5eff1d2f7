# Measures. The names of the types stand in policy/measures.toml.
measure-status-proposed = proposed
measure-status-decided = decided
measure-status-accepted = accepted
measure-status-ongoing = ongoing
measure-status-paused = paused
measure-status-done = done
measure-status-cancelled = cancelled
measure-status-declined = declined
measure-status-not-executed = not carried out
measure-outcome-reached = goal reached
measure-outcome-partly = goal partly reached
measure-outcome-not = goal not reached
measure-due-on = Follow-up { $date }
