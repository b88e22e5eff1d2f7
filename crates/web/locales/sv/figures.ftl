# Statistik utan personer.
figures-lead = Antal i din myndighet just nu. Ingen person går att se eller räkna fram.
figures-small = Antal under 5 visas inte. Ibland döljs också ett större antal, därför att ett litet annars gick att räkna fram.
figures-hidden = färre än 5, eller dolt
figures-none = Det finns inget att räkna.
figures-category = Läge
figures-count = Antal
figures-total-untold = visas inte, för att ett dolt antal inte ska gå att räkna fram
figures-total = Summa
figures-cases = Ärenden
figures-measures = Åtgärder
figures-joint-files = Samverkansakter
figures-joint-actions = Gemensamma åtgärder
