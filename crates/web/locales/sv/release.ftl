# Utlämnanden.
channel-system = genom systemet
channel-meeting = muntligen i möte
channel-phone = per telefon
channel-letter = på papper
item-kind-paragraph = stycke i anteckning
item-kind-measure = åtgärd
item-kind-joint-entry = uppgift i samverkansakt
item-kind-received-item = mottagen handling
follow-field-reply = svaret
follow-field-status = status
follow-field-due-on = sista dag
follow-field-outcome = resultatets kod
release-state-standing = gäller
release-state-withdrawn = markerat som återtaget
release-state-lapsed = stödet har upphört
