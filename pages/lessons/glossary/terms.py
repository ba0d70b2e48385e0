"""The terms of the glossary, in its order; the name of each is its anchor and the section of its words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """The lesson that explains a term, and its formula, if it has one."""

    lesson: str
    formula: str = ""

    @property
    def displayed(self):
        """The formula as markdown."""
        return f"$$\n{self.formula}\n$$" if self.formula else ""


TERMS = {
    "weight": Term("chain", r"z_j = \underline{w_j}\, a_{j-1} + b_j"),
    "bias": Term("chain", r"z_j = w_j\, a_{j-1} + \underline{b_j}"),
    "weighted_input": Term(
        "chain", r"\begin{gathered} z_j = w_j\, a_{j-1} + b_j \\ z^l = w^l a^{l-1} + b^l \end{gathered}"
    ),
    "hidden_layer": Term("home", r"a^0 \;\to\; \underline{a^1 \;\to\; \cdots \;\to\; a^{L-1}} \;\to\; a^L"),
    "activation": Term("chain", r"a_j = \sigma(z_j)"),
    "sigmoid": Term(
        "chain",
        r"\begin{gathered} \sigma(z) = \frac{1}{1 + e^{-z}} \\"
        r" \sigma'(z) = \sigma(z)\,(1 - \sigma(z)) \end{gathered}",
    ),
    "tanh": Term("unstable", r"\tanh z = 2\,\sigma(2z) - 1"),
    "relu": Term("ways_out", r"\max(0, z)"),
    "gelu": Term(
        "ways_out",
        r"\begin{array}{ll} \text{GELU} & z\, P(N < z) \\ \text{SiLU} & z\, \sigma(z) \\"
        r" \text{ELU} & e^z - 1, \; z < 0 \end{array}",
    ),
    "saturation": Term("chain", r"|z| \gg 1 \;\Rightarrow\; \sigma'(z) \approx 0"),
    "cost": Term("chain", r"C = \tfrac12 (a - y)^2"),
    "cross_entropy": Term("exploding", r"C = -\bigl[y \ln a + (1 - y) \ln(1 - a)\bigr]"),
    "gradient": Term("chain", r"\frac{\partial C}{\partial b_j} \approx \frac{\Delta C}{\Delta b_j}"),
    "chain_rule": Term("matrix", r"\delta^l = \Sigma'(z^l)\, (w^{l+1})^T\, \delta^{l+1}"),
    "factor": Term("chain", r"\frac{\partial a_j}{\partial a_{j-1}} = w_j\, \sigma'(z_j)"),
    "vanishing": Term("chain", r"\prod_j |w_j\, \sigma'(z_j)| \ll 1"),
    "exploding": Term("exploding", r"\prod_j |w_j\, \sigma'(z_j)| \gg 1"),
    "unstable": Term(
        "unstable",
        r"\frac{\partial C}{\partial b_1} = \prod_{j=1}^{L-1} \sigma'(z_j)\, w_{j+1} \;\cdot\;"
        r" \frac{\partial C}{\partial b_L}",
    ),
    "delta": Term(
        "matrix", r"\delta^l_j = \frac{\partial C}{\partial z^l_j} = \frac{\partial C}{\partial b^l_j}"
    ),
    "speed": Term("matrix", r"\Bigl\| \tfrac1n \textstyle\sum_x \delta^l(x) \Bigr\|"),
    "rms": Term(
        "training",
        r"\Bigl\| \tfrac1n \textstyle\sum_x \delta^l(x) \Bigr\| \;\le\;"
        r" \sqrt{\tfrac1n \textstyle\sum_x \|\delta^l(x)\|^2}",
    ),
    "learning_rate": Term("training", r"b \to b - \eta\, \frac{\partial C}{\partial b}"),
    "epoch": Term("training"),
    "mini_batch": Term(
        "training",
        r"\frac{\partial C}{\partial w} \approx"
        r" \tfrac1B \textstyle\sum_{k=1}^{B} \frac{\partial C_{x_k}}{\partial w}",
    ),
    "accuracy": Term("training", r"\tfrac1n \, \bigl|\{x : \arg\max_j a^L_j(x) = y(x)\}\bigr|"),
    "held_out": Term("training"),
    "plateau": Term("training"),
    "spread": Term("training", r"\sqrt{\frac{1}{n_l} \sum_j \operatorname{Var}_x a^l_j(x)}"),
    "early_stopping": Term("training"),
    "l2": Term(
        "training", r"w \to \Bigl(1 - \frac{\eta\lambda}{n}\Bigr) w - \eta\, \frac{\partial C}{\partial w}"
    ),
    "initialisation": Term(
        "ways_out",
        r"\begin{array}{ll} \text{LeCun} & 1/\sqrt{n} \\ \text{Glorot} & \sqrt{2/(n + m)} \\"
        r" \text{He} & \sqrt{2/n} \\ & w^T w = I \end{array}",
    ),
    "singular_value": Term(
        "matrix", r"J = \frac{\partial a^L}{\partial a^0}, \quad \|Jv\| \le s_{\mathrm{max}}\, \|v\|"
    ),
    "chi": Term(
        "edge",
        r"\begin{gathered} \chi_1 = \sigma_w^2\, \mathbb{E}\bigl[\sigma'(\sqrt{q^*}\, z)^2\bigr] \\"
        r" \|\delta^l\|^2 \approx \chi_1\, \|\delta^{l+1}\|^2 \end{gathered}",
    ),
    "xi": Term("edge", r"|c^l - c^*| \sim e^{-l/\xi}"),
    "skip": Term("ways_out", r"h \to h + \alpha\, V f(W h)"),
    "normalisation": Term("ways_out", r"z \to \frac{z - \mu}{s}"),
    "gate": Term(
        "time",
        r"\begin{gathered} c_t = f_t\, c_{t-1} + i_t\, g_t \\ f_t = \sigma(\ldots + b_f) \end{gathered}",
    ),
    "clipping": Term("time", r"g \to g \cdot \min\!\Bigl(1, \frac{c}{\|g\|}\Bigr)"),
    "underflow": Term("bits", r"0 < |x| < \tfrac12\, x_{\mathrm{min}} \;\Rightarrow\; x \to 0"),
    "subnormal": Term("bits", r"x_{\mathrm{min}} = 2^{-24}, \quad x_{\text{normal}} = 2^{-14}"),
    "ulp": Term("bits", r"|\operatorname{round}(x) - x| \le \tfrac12\, \text{ulp}(x)"),
    "loss_scaling": Term(
        "bits", r"\frac{\partial C}{\partial w} = \frac1S\, \frac{\partial (S\,C)}{\partial w}"
    ),
    "mixed_precision": Term("bits", r"w_{32} \to w_{32} - \eta\, \frac{\partial C}{\partial w_{16}}"),
}
