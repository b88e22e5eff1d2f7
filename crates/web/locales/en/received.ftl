# Received items.
inbox-lead = Items that other authorities have released to you. They are your own documents from the moment they arrived, and stand outside the personal file until they are added to a case.
inbox-none = No received items.
inbox-item = Received item
inbox-from-whom = Received from { $from }
inbox-received = Arrived
inbox-kind = Kind
inbox-from = From
inbox-about = About
inbox-about-lapsed = shown only when the copy is reviewed
inbox-about-hidden = protected or unknown
inbox-state = State
inbox-clock = To watch
inbox-decide-by = Decide by
inbox-kept-until = Kept until
inbox-respond-by = Answer or assessment by
inbox-overdue = overdue
inbox-to-acknowledge = { $count ->
    [one] { $count } correction to read
   *[other] { $count } corrections to read
}
inbox-decision = The other authority's decision
inbox-sender = Sender
inbox-handling-note = Wish on handling (binding only where a law says so)
inbox-reference = The sender's number of the decision
inbox-protection = The need of immediate protection is assessed
inbox-filed = Added to the case
inbox-filed-reason = Reason for adding it to the case
inbox-class = Secrecy at the sender
inbox-about-reference = joint file { $reference }
inbox-copy = What was released to you
inbox-erased = The copy is erased and its key destroyed. The decision remains.
inbox-corrections = Corrections from the sender
inbox-corrections-lead = The sender has corrected something in what was released. The original text stays beside it.
inbox-corrected = Concerns
inbox-acknowledged = Read
inbox-correction-withheld = The sender has corrected the item. What is right is released by a decision of its own. Ask the sender.
inbox-acknowledge = I have read the correction
inbox-file = Add to a case
inbox-file-lead = The item becomes part of the personal file of the case. The reason is recorded.
inbox-case = Case
inbox-file-reason = Why the item is needed in the case
inbox-file-reason-hint = One sentence is enough.
inbox-file-do = Add to the case
inbox-to-file = To the joint file
inbox-pass-on = Release onward
received-kind-release = released item
received-kind-concern-report = concern report
received-kind-answer = answer to a request
received-kind-nomination = nomination for coordination
received-kind-proposal = proposal for a joint action
received-kind-position = position
received-kind-request = request for information
received-state-received = in no case yet
received-state-filed = added to the case
received-state-lapsed = the basis has ended
received-state-kept = kept on an own ground
received-state-erased = erased

## When the basis of a copy has ended
lapse-title = Decide on a copy
lapse-lead = The basis on which the copy was released to you has ended. It is gone from the coordination and opens only for this decision. Decide within 30 days.
lapse-stop-title = Copy whose basis has ended
lapse-keep = Keep on an own ground
lapse-keep-lead = The copy may be kept only if your own authority has a ground of its own in law. It does not come back to the coordination.
lapse-keep-do = Keep the copy
lapse-law = Law that the copy is kept on
lapse-law-hint = For example the police data act (2018:1693) 3:2.
lapse-reason-label = Reason
lapse-until = Kept until
lapse-until-hint = At most five years ahead. Then the copy is reviewed again.
lapse-erase = Erase the copy
lapse-erase-key = The copy is erased and its key destroyed. This cannot be undone.
lapse-erase-backups = Backups of the database cannot open it again, as soon as the backups of the key store have passed too.
lapse-erase-stays = That there was a copy, and this decision, remain as proof of the erasure.
lapse-erase-do = Erase for good
lapse-decided = Decision
lapse-choice-keep = kept on an own ground
lapse-choice-erase = erased

## When something cannot be done
field-error-only-when-kept = Only when the copy is kept
conflict-lapsed = The basis of the copy has ended. It opens only for a decision on it.
conflict-not-lapsed = The basis of the copy has not ended, or it is decided on already.
conflict-filed-already = The item is in a case already.
conflict-other-case = The item belongs to a joint file that hangs on another case.
received-kind-follow-up = follow-up of a joint action
