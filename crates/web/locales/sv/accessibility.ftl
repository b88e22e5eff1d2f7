# Tillgänglighetsredogörelse (lag 2018:1937, EN 301 549).
accessibility-title = Tillgänglighet
accessibility-lead = Samlad ska kunna användas av alla som behöver det i sitt arbete, också med skärmläsare, enbart tangentbord, stor text eller höga kontraster.
accessibility-state-heading = Hur tillgänglig webbplatsen är
accessibility-state = Webbplatsen är byggd för att följa WCAG 2.2 på nivå AA och EN 301 549. Vi känner inte till några kvarstående brister.
accessibility-how-heading = Hur vi har prövat den
accessibility-how = Varje sida prövas automatiskt på båda språken, med enbart tangentbord, i 400 procents förstoring och i 320 punkters bredd. Sidorna fungerar utan skript, utom inloggning med passnyckel.
accessibility-report-heading = Säg till om något inte fungerar
accessibility-report = Kontakta den som förvaltar tjänsten hos din myndighet. Du kan också få innehållet på ett annat sätt, till exempel utskrivet.
accessibility-contact = Kontakt:
accessibility-supervision-heading = Tillsyn
accessibility-supervision = Myndigheten för digital förvaltning (Digg) har tillsyn över lagen om tillgänglighet till digital offentlig service. Du kan anmäla brister till Digg.
