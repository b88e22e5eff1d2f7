# Orosanmälningar och andra anmälningar som ska göras genast.
concern-new = Anmäl oro för barn
concern-lead = Vissa anmälningar ska göras genast (SoL 19 kap. 1 §, LUL 6 §). Ingen avvägning görs: räcker det att misstanken finns, så anmäl.
concern-text = Vad som är känt eller misstänks
concern-text-hint = Texten lämnas ut. Skriv vad som har setts och hörts, och när.
concern-others-hint = Barnets vårdnadshavare får nämnas när det behövs för anmälan.
concern-send = Lämna anmälan
concern-danger = Kan barnet behöva skydd omedelbart?
concern-danger-hint = Svarar du ja bedömer mottagaren skyddsbehovet samma dag. Ring också.
concern-attention-hint = Mottagningen, om du lämnar det tomt.
