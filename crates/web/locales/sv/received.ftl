# Mottagna handlingar.
inbox-lead = Handlingar som andra myndigheter har lämnat ut hit. De är era egna handlingar från den stund de kom, och står utanför personakten tills de tillförs ett ärende.
inbox-none = Inga mottagna handlingar.
inbox-item = Mottagen handling
inbox-from-whom = Mottaget från { $from }
inbox-received = Kom in
inbox-kind = Slag
inbox-from = Från
inbox-about = Gäller
inbox-about-lapsed = visas bara vid prövning av kopian
inbox-about-hidden = skyddade eller okända uppgifter
inbox-state = Läge
inbox-clock = Att bevaka
inbox-decide-by = Ta ställning senast
inbox-kept-until = Behålls till och med
inbox-respond-by = Svar eller bedömning senast
inbox-overdue = försenad
inbox-to-acknowledge = { $count ->
    [one] { $count } rättelse att läsa
   *[other] { $count } rättelser att läsa
}
inbox-decision = Den andra myndighetens beslut
inbox-sender = Avsändare
inbox-handling-note = Önskemål om hantering (bindande bara om lag säger det)
inbox-reference = Avsändarens beslutsnummer
inbox-protection = Behovet av omedelbart skydd bedöms
inbox-filed = Tillförd ärendet
inbox-filed-reason = Skäl för att tillföra ärendet
inbox-class = Sekretess hos avsändaren
inbox-about-reference = samverkansakt { $reference }
inbox-copy = Det som lämnades ut hit
inbox-erased = Kopian är raderad och dess nyckel förstörd. Beslutet finns kvar.
inbox-corrections = Rättelser från avsändaren
inbox-corrections-lead = Avsändaren har rättat något i det som lämnades ut. Den ursprungliga texten står kvar bredvid.
inbox-corrected = Gäller
inbox-acknowledged = Läst
inbox-correction-withheld = Uppgiften är rättad hos avsändaren. Vad som är rätt lämnas ut genom ett eget utlämnande. Fråga avsändaren.
inbox-acknowledge = Jag har läst rättelsen
inbox-file = Tillför ett ärende
inbox-file-lead = Handlingen blir en del av personakten i ärendet. Skälet antecknas.
inbox-case = Ärende
inbox-file-reason = Varför handlingen behövs i ärendet
inbox-file-reason-hint = En mening räcker.
inbox-file-do = Tillför ärendet
inbox-to-file = Till samverkansakten
inbox-pass-on = Lämna vidare
received-kind-release = utlämnad uppgift
received-kind-concern-report = orosanmälan
received-kind-answer = svar på begäran
received-kind-nomination = förslag om samordning
received-kind-proposal = förslag till gemensam åtgärd
received-kind-position = ställningstagande
received-kind-request = begäran om uppgift
received-state-received = inte tillförd något ärende
received-state-filed = tillförd ärendet
received-state-lapsed = stödet har upphört
received-state-kept = behålls på egen grund
received-state-erased = raderad

## När stödet för en kopia har upphört
lapse-title = Ta ställning till en kopia
lapse-lead = Stödet för att kopian lämnades ut hit har upphört. Den är borta ur samordningen och öppnas bara för det här beslutet. Ta ställning inom 30 dagar.
lapse-stop-title = Kopia vars stöd har upphört
lapse-keep = Behåll på egen grund
lapse-keep-lead = Kopian får behållas bara om din egen myndighet har en egen grund i lag. Den kommer inte tillbaka till samordningen.
lapse-keep-do = Behåll kopian
lapse-law = Lag som kopian behålls med stöd av
lapse-law-hint = Till exempel polisens brottsdatalag (2018:1693) 3 kap. 2 §.
lapse-reason-label = Skäl
lapse-until = Behålls till och med
lapse-until-hint = Högst fem år framåt. Därefter prövas kopian igen.
lapse-erase = Radera kopian
lapse-erase-key = Kopian raderas och nyckeln till den förstörs. Det går inte att ångra.
lapse-erase-backups = Säkerhetskopior av databasen kan inte öppna den igen, så snart också nyckelförvarets säkerhetskopior har gallrats.
lapse-erase-stays = Att kopian har funnits, och det här beslutet, finns kvar som bevis på raderingen.
lapse-erase-do = Radera för alltid
lapse-decided = Beslut
lapse-choice-keep = behålls på egen grund
lapse-choice-erase = raderad

## När något inte går
field-error-only-when-kept = Anges bara när kopian behålls
conflict-lapsed = Stödet för kopian har upphört. Den öppnas bara för att ta ställning till den.
conflict-not-lapsed = Stödet för kopian har inte upphört, eller så är den redan prövad.
conflict-filed-already = Handlingen är redan tillförd ett ärende.
conflict-other-case = Handlingen hör till en samverkansakt som hänger på ett annat ärende.
received-kind-follow-up = uppföljning av gemensam åtgärd
