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
