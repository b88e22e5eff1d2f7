# Startsidor.
home-title = Start
home-waiting = Att ta ställning till
home-nothing-waiting = Inget väntar på dig just nu.
home-my-cases = Mina ärenden
home-joint-files = Samverkansakter
home-clocks = Tider att bevaka
home-this-months-review = Månadens kontroll
home-add-measure = + Åtgärd
sign-in-title = Logga in
sign-in-how = Du loggar in med din personliga länk. Öppna länken som du har fått av din administratör, eller i demonstrationen den som programmet skrev ut när det startade.
sign-in-lost = Har länken slutat gälla? Be din administratör om en ny.
home-unit-cases = Mina och enhetens ärenden
home-all-cases = Visa alla ärenden
home-due = Att göra
home-overdue-title = Försenade uppföljningar
home-overdue = { $count ->
    [one] Ett ärende har en uppföljning som har passerat. Det står först i listan.
   *[other] { $count } ärenden har en uppföljning som har passerat. De står först i listan.
}
home-clocks-lead = Födelsedagar under det kommande året. Vid 18 år upphör vårdnadshavares samtycke, vid 21 år lagstödet i OSL 10 kap. 18 a §.
home-clocks-chart = Födelsedagar som får ett stöd att upphöra
home-refused = Nekade åtkomster de senaste sju dagarna
home-refused-lead = En nekad åtkomst är antecknad på samma sätt som en tillåten. Många kan vara ett misstag eller ett försök.
home-refused-none = Ingen åtkomst har nekats.
home-refused-all = Visa alla nekade
home-doors = Dina sidor
home-doors-lead = Det här är vad din roll använder Samlad till.
clock-kind-turns-18 = fyller 18 år { $when }
clock-kind-turns-21 = fyller 21 år { $when }
clock-kind-concern-protection = skyddsbedömning { $when }
clock-kind-concern-preliminary = förhandsbedömning { $when }
clock-kind-concern-inquiry = utredning klar { $when }

## Upplysningen om loggen, och det egna uppdraget
notice-page-title = Åtkomster loggas och granskas
notice-page-heading = Innan du börjar
notice-page-lead = Läs det här en gång. Datumet då du läste det sparas, och du hittar texten här även senare.
notice-page-logged = Allt du öppnar, söker, skriver och lämnar ut antecknas i åtkomstloggen innan du ser det: vem, när, vad, varför och med vilket stöd.
notice-page-refused = Också det du nekas antecknas.
notice-page-reviewed = Loggen granskas regelbundet av någon annan än din chef, och den kan inte ändras i efterhand.
notice-page-person = Den som uppgifterna gäller kan få veta när och varför de har lästs.
notice-page-need = Öppna bara det du behöver för ditt arbete. Att läsa av nyfikenhet kan vara dataintrång (BrB 4 kap. 9 c §).
notice-page-read = Jag har läst
notice-page-seen = Du läste detta
mandate-heading = Ditt uppdrag
mandate-lead = Din behörighet följer av ditt uppdrag. Stämmer något inte, tala med din chef.
mandate-name = Namn
mandate-authority = Myndighet
mandate-unit = Enhet
mandate-roles = Roller
mandate-number = Tjänstenummer, som motparten ser i stället för namnet
## Att ta ställning till
waiting-nomination = Förslag att samverka: { $whom }
waiting-proposal = Gemensam åtgärd att svara på: { $title }
waiting-from = Från { $authority }
waiting-by = Senast
waiting-text-lapsed = Stödet för texten har upphört.
waiting-lapsed = Kopia vars stöd har upphört: behåll eller radera
waiting-corrections = { $count ->
    [one] En rättelse att kvittera.
   *[other] { $count } rättelser att kvittera.
}
waiting-requests = { $count ->
    [one] En begäran om uppgift väntar på svar.
   *[other] { $count } begäranden om uppgifter väntar på svar.
}
waiting-kind-release = Mottagen handling
waiting-kind-concern-report = Orosanmälan
waiting-kind-answer = Svar på begäran
waiting-kind-nomination = Förslag att samverka
waiting-kind-proposal = Förslag till gemensam åtgärd
waiting-kind-follow-up = Uppföljning av gemensam åtgärd
waiting-kind-position = Ställningstagande
waiting-kind-request = Begäran om uppgift
