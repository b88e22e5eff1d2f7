# Ärenden och anteckningar.
case-phase-open = pågår
case-phase-closed = avslutat
note-kind-meeting = möte eller samtal
note-kind-phone-call = telefonsamtal
note-kind-home-visit = hembesök
note-kind-assessment = bedömning
note-kind-other = annat
annotated-kind-paragraph = stycke
annotated-kind-measure = åtgärd
