from vgcore.studies.phase import phase_diagram

sigma_w, sigma_b = 1.0, 0.2
diagram = phase_diagram("tanh", [sigma_w], [sigma_b])
print(diagram.xi[0, 0])
