# Concern reports and others that are to be made at once.
concern-new = Report a concern
concern-lead = Some reports are to be made at once (SoL 19:1, LUL 6). Nothing is balanced: if the suspicion is there, report it.
concern-text = What is known or suspected
concern-text-hint = The text is released. Write what was seen and heard, and when.
concern-others-hint = The child's guardians may be named where the report needs it.
concern-send = Make the report
concern-danger = Can the child need protection at once?
concern-danger-hint = If you answer yes, the recipient assesses the need of protection the same day. Call as well.
concern-attention-hint = The reception, if you leave it empty.
