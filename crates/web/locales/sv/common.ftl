# Ord som varje sida behöver.
skip-to-content = Hoppa till innehållet
demo-word = Demonstration.
demo-banner = Alla personer och händelser är påhittade. Skriv inte in några verkliga uppgifter.
nav-label = Huvudmeny
nav-home = Start
nav-cases = Ärenden
nav-persons = Sök person
nav-joint-files = Samverkansakter
nav-received = Mottagna handlingar
nav-releases = Utlämnanden
nav-audit = Åtkomstlogg
nav-reviews = Månadskontroll
nav-verification = Kontroll av loggen
nav-record-requests = Begäranden om handlingar
nav-users = Användare
nav-delegations = Delegationer
nav-figures = Statistik
nav-legal-bases = Lagstöd
sign-in = Logga in
sign-out = Logga ut
footer-logged = Alla åtkomster i Samlad loggas och granskas.
session-warning-title = Du loggas snart ut
session-warning-text = Du har inte gjort något på en stund. Om två minuter loggas du ut och det du inte har sparat försvinner.
session-warning-stay = Fortsätt vara inloggad
unknown-value = okänt värde
error-prefix = Fel
error-home = Till startsidan
rows-shown = { $count ->
    [one] { $count } rad
   *[other] { $count } rader
}
days-left = { $count ->
    [0] i dag
    [one] om { $count } dag
   *[other] om { $count } dagar
}
days-late = { $count ->
    [one] { $count } dag försenad
   *[other] { $count } dagar försenad
}
age-years = { $count } år
fewer-than = färre än { $number }
why-heading = Varför ser jag detta?
why-purpose = Ändamål:
why-entry = Loggpost:
why-logged = Att du har sett detta är antecknat i åtkomstloggen.
pager-label = Sidor
pager-page = Sida { $page }
pager-before = Föregående sida
pager-after = Nästa sida
filters-label = Filtrera listan
filters-all = Alla
filters-apply = Visa
filters-remove = (ta bort)
steps-label = Steg
steps-now = Steg { $now } av { $all }
chart-as-table = Visa som tabell
chart-today = I dag
chart-what = Vad
chart-when = När
confirm-heading = Det här händer
receipt-reference = Beslutsnummer
receipt-print-hint = Du kan skriva ut sidan eller spara den som PDF med webbläsarens utskrift.
interruption-back = Gå tillbaka utan att öppna
yes = Ja
no = Nej
