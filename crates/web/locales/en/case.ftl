# Cases and notes.
case-phase-open = open
case-phase-closed = closed
note-kind-meeting = meeting or conversation
note-kind-phone-call = telephone call
note-kind-home-visit = home visit
note-kind-assessment = assessment
note-kind-other = other
annotated-kind-paragraph = paragraph
annotated-kind-measure = measure
