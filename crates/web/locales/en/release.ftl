# Releases.
channel-system = through the system
channel-meeting = by mouth in a meeting
channel-phone = by telephone
channel-letter = on paper
item-kind-paragraph = paragraph of a note
item-kind-measure = measure
item-kind-joint-entry = entry in a joint file
item-kind-received-item = received item
follow-field-reply = the reply
follow-field-status = status
follow-field-due-on = last day
follow-field-outcome = code of the outcome
release-state-standing = standing
release-state-withdrawn = marked as withdrawn
release-state-lapsed = lapsed
