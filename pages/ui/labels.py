"""The short texts of controls and charts, English and Chinese side by side."""

LANGUAGES = {"en": "English", "zh": "中文"}

LABELS = {
    # the frame
    "app": ("Why gradients vanish", "梯度为什么会消失"),
    "language": ("Language", "语言"),
    "csv": ("Data (CSV)", "下载数据（CSV）"),
    "list": (", ", "、"),
    "guess": ("Your guess", "你猜的"),
    "skip": ("Show me without a guess", "不猜了，直接看"),
    "computing": ("Computing", "正在计算"),
    "more": ("More settings", "更多设置"),
    "link.unused": (
        "Not used, so that the defaults hold: the parts of the link below.",
        "链接里下面这些没有用上，按默认值处理。",
    ),
    # the chain
    "depth": ("Depth L", "层数 L"),
    "depth.help": (
        "How many neurons stand in the row. The book's chain has 4: three hidden and the output.",
        "一条链上有多少个神经元。书里是 4 个：三个隐层，加上输出层。",
    ),
    "seed": ("Seed", "随机种子"),
    "seed.help": (
        "The same seed draws the same weights and biases, on every machine.",
        "种子相同，抽到的权重和偏置就相同，换台机器也一样。",
    ),
    "weight_std": ("Scale of the weights", "权重的尺度"),
    "weight_std.help": (
        "Standard deviation of the normal distribution that the weights are drawn from. The book's is 1.",
        "权重取自均值为 0 的高斯分布，这里设它的标准差。书里是 1。",
    ),
    "bias_std": ("Scale of the biases", "偏置的尺度"),
    "bias_std.help": (
        "Standard deviation of the normal distribution that the biases are drawn from. The book's is 1.",
        "偏置取自均值为 0 的高斯分布，这里设它的标准差。书里是 1。",
    ),
    "activation": ("Activation σ", "激活函数 σ"),
    "activation.help": (
        "The function that every neuron applies to its weighted input. The book uses the sigmoid.",
        "每个神经元把加权输入变成输出用的函数。书里用 sigmoid。",
    ),
    "cost": ("Cost C", "损失函数 C"),
    "cost.help": (
        "quadratic: (a − y)² / 2. cross_entropy: −[y ln a + (1 − y) ln(1 − a)]; its last neuron is always a "
        "sigmoid, for it needs an output between 0 and 1.",
        "quadratic 是二次损失 (a − y)² / 2；cross_entropy 是交叉熵 −[y ln a + (1 − y) ln(1 − a)]，"
        "它要求输出在 0 和 1 之间，所以最后一个神经元总用 sigmoid。",
    ),
    "a0": ("Input a₀", "输入 a₀"),
    "a0.help": ("What goes into the first neuron.", "送进第一个神经元的数。"),
    "y": ("Target y", "目标 y"),
    "y.help": ("What the last neuron should put out.", "希望最后一个神经元输出的数。"),
    "layer": ("Look at layer j", "看第 j 层"),
    "layer.help": (
        "It is orange in the drawing, in the formula, on the curve of σ′ and in the chart of products.",
        "这一层在链图、式子、σ′ 图和乘积图里都标成橙色。",
    ),
    "set": ("Set by hand", "手动设定"),
    "set.help": (
        "Every value that you change by hand is written here, such as w2=3, b4=-1. Empty the field to go back.",
        "手动改过的值都记在这里，例如 w2=3, b4=-1。清空就恢复原样。",
    ),
    "set.refused": (
        "Not used, but kept in the field: the parts below. Write a weight or a bias of layers 1 to {depth}, from "
        "−{largest} to {largest}, such as w2=3 or b1=-0.5.",
        "下面这些没有用上，仍留在框里。请写第 1 到第 {depth} 层的权重或偏置，数值在 −{largest} 到 {largest} 之间，"
        "例如 w2=3 或 b1=-0.5。",
    ),
    "network.alt": (
        "The chain from left to right. For each neuron: its weight, weighted input, output and bias, then its "
        "factor of the derivative of C by b 1.",
        "从左到右的神经元链。每个神经元依次给出权重、加权输入、输出和偏置，下面是它在 C 对 b₁ 的导数里的因子。",
    ),
    "delta_b": ("Now try other nudges Δb₁", "再试试别的扰动 Δb₁"),
    "delta_b.help": ("How much is added to the first bias.", "第一个偏置加上多少。"),
    # the guesses
    "nudge.question": (
        "Add 0.1 to b₁ of your chain. How large will the change of C be, whatever its sign?",
        "给你这条链的 b₁ 加上 0.1，C 的变化大约有多大（不计正负）？",
    ),
    "nudge.answer": ("Change of C when 0.1 is added to b₁", "b₁ 加上 0.1 时，C 的变化"),
    "slope.question": ("How steep can σ get, at its steepest?", "σ 最陡的地方，斜率是多大？"),
    "slope.answer": ("Greatest slope of σ", "σ 的最大斜率"),
    "product.question": (
        "Ten layers, drawn with your settings: how large is the product |∂a₁₀/∂b₁| typically?",
        "按你的设定随机抽十层，乘积 |∂a₁₀/∂b₁| 一般有多大？",
    ),
    "product.answer": ("Median of 1,000 random chains, 10 layers", "1000 条十层随机链，乘积的中位数"),
    "compare.question": (
        "How many times larger is |∂C/∂b{upper}| than |∂C/∂b₁|?",
        "|∂C/∂b{upper}| 是 |∂C/∂b₁| 的多少倍？",
    ),
    "compare.answer": ("In this chain", "这条链的结果"),
    "audit.question": (
        "In what share of random chains is |∂C/∂b₁| below a sixteenth of |∂C/∂b₃|?",
        "随机抽的链里，|∂C/∂b₁| 不到 |∂C/∂b₃| 的 1/16 的，占多少？",
    ),
    "audit.answer": ("Below 1/16", "不到 1/16 的"),
    # lesson 2
    "weight": ("Weight, the same in every layer", "权重，各层相同"),
    "weight.help": ("The book's is 100.", "书里是 100。"),
    "eta": ("Learning rate η", "学习率 η"),
    "eta.help": ("How far each step goes along the slope.", "每一步沿斜率走多远。"),
    "explosion.question": (
        "Ten neurons, weights 100, every z at 0: how many times larger is |∂C/∂b₁| than |∂C/∂b₁₀|?",
        "十个神经元，权重 100，z 全为 0：|∂C/∂b₁| 是 |∂C/∂b₁₀| 的多少倍？",
    ),
    "explosion.answer": ("Times larger", "倍数"),
    "edge.question": (
        "In the book's chain of four, add 0.01 to b₁. What is left of |∂C/∂b₁|, as a multiple of what it was?",
        "在书里那条四个神经元的链上，给 b₁ 加 0.01，|∂C/∂b₁| 还剩原来的多少？",
    ),
    "edge.answer": ("Left of it", "还剩"),
    "window.question": (
        "With a weight of 100, how wide is the range of inputs a that keeps the factor at 1 or more?",
        "权重为 100 时，输入 a 在多宽的范围里，因子才不小于 1？",
    ),
    "window.answer": ("Width of the window", "窗口的宽度"),
    "training.question": (
        "Train 1,000 random chains of four neurons for 500 steps (weights drawn at scale 1, learning rate η = 5). In what share does a factor ever exceed 1?",
        "随机取 1000 条四个神经元的链（权重的尺度 1，学习率 η = 5），各训练 500 步。因子曾经超过 1 的链占多少？",
    ),
    "training.answer": ("Had a factor above 1", "因子曾超过 1 的"),
    "gradient_by_layer.title": ("The gradient of each layer of your chain", "你这条链各层的梯度"),
    "gradient_by_layer.x": ("Layer j", "第 j 层"),
    "gradient_by_layer.y": ("log₁₀ |∂C/∂bⱼ|", "log₁₀ |∂C/∂bⱼ|"),
    "gradient_by_layer.alt": ("Size of the gradient by layer", "各层梯度的大小"),
    "gradient_by_shift.title": ("The gradient of each layer, as b₁ is shifted", "b₁ 挪动时，各层的梯度"),
    "gradient_by_shift.x": ("Layer j", "第 j 层"),
    "gradient_by_shift.y": ("log₁₀ |∂C/∂bⱼ|", "log₁₀ |∂C/∂bⱼ|"),
    "gradient_by_shift.slider": ("b₁ + 10 to the ", "b₁ + 10 的几次方："),
    "gradient_by_shift.grey": ("+", "+"),
    "gradient_by_shift.readout": ("b₁ +", "b₁ +"),
    "gradient_by_shift.alt": (
        "Size of the gradient by layer, a line for each shift of the first bias from a hundred-millionth to one",
        "各层梯度的大小，第一个偏置挪动一亿分之一到一，每个挪动量一条线",
    ),
    "factor_by_input.title": (
        "One factor |w σ′(w a + b)| over the input a: the larger w, the higher and the narrower",
        "一个因子 |w σ′(w a + b)| 随输入 a 的变化：w 越大，峰越高，也越窄",
    ),
    "factor_by_input.x": ("Input a; b = −w/2 puts the peak at 1/2", "输入 a；取 b = −w/2，峰在 1/2"),
    "factor_by_input.y": ("Factor |w σ′(w a + b)|", "因子 |w σ′(w a + b)|"),
    "factor_by_input.slider": ("w ", "w "),
    "factor_by_input.alt": (
        "The factor against the input, a peak at one half, with the part above one shaded",
        "因子随输入的变化，峰在二分之一，大于一的部分涂色",
    ),
    "chains_trained.title": (
        "Chains that have learned, and chains that have had a factor above 1, step by step",
        "走到每一步，学会的链和因子曾超过 1 的链各占多少",
    ),
    "chains_trained.x": ("Step", "步数"),
    "chains_trained.y": ("Share of the 1,000 chains", "占 1000 条链的比例"),
    "chains_trained.alt": (
        "Share of chains that have learned and share that have had a factor above one, against the step",
        "学会的链和因子曾超过一的链，占比随训练步数的变化",
    ),
    # lesson 3
    "balance.question": (
        "Choose the scale of the weights that brings it nearest to 1. How large is the median of "
        "|∂C/∂b₁ / ∂C/∂b_L| at depth {depth}?",
        "把权重的尺度调到最接近平衡，层数是 {depth} 时，|∂C/∂b₁ / ∂C/∂b_L| 的中位数是多少？",
    ),
    "balance.answer": ("At the best scale, {scale}", "尺度取最好的 {scale} 时"),
    "spread.question": (
        "With your settings, in what share of chains of depth {depth} do all layers learn within a factor 2 of each "
        "other?",
        "按你的设定，层数是 {depth} 的链里，各层快慢相差不到一倍的占多少？",
    ),
    "spread.answer": ("Balanced chains at depth {depth}", "层数 {depth}，各层相差不到一倍的"),
    "narrow.question": (
        "Which weight has the widest window of inputs with |w σ′(w a + b)| ≥ 1, for the sigmoid?",
        "对 sigmoid，哪个权重的窗口最宽？窗口指 |w σ′(w a + b)| ≥ 1 的输入范围。",
    ),
    "narrow.answer": ("Weight of the widest window", "窗口最宽的权重"),
    "others.question": (
        "tanh at its steepest is four times as steep as the sigmoid. At its best scale and depth {depth}, in what share of tanh "
        "chains do all layers learn within a factor 2 of each other?",
        "tanh 最陡处的斜率是 sigmoid 的四倍。尺度取最好，层数 {depth}，tanh 链里各层相差不到一倍的链占多少？",
    ),
    "others.answer": ("Balanced tanh chains at depth {depth}", "层数 {depth}，各层相差不到一倍的 tanh 链"),
    "identity.question": (
        "Halve w₁ of such a neuron. What is left of its worst error?",
        "把这样一个神经元的 w₁ 减半，最大误差还剩多少？",
    ),
    "identity.answer": ("Left of the error, from w₁ = 1 to 1/2", "w₁ 从 1 减到 1/2，误差剩下"),
    "w1": ("Weight w₁", "权重 w₁"),
    "w1.help": (
        "The smaller, the straighter the part of the sigmoid that is used.",
        "越小，用到的那段 sigmoid 就越直。",
    ),
    "gain": ("w₂, as a multiple of 4 / w₁", "w₂，4 / w₁ 的多少倍"),
    "gain.help": (
        "With b = −w₁ / 2, 1 makes the slope in the middle exactly 1.",
        "b = −w₁ / 2 时，取 1，中点的斜率刚好是 1。",
    ),
    "shift": ("b, less −w₁ / 2", "b 比 −w₁ / 2 多多少"),
    "shift.help": ("0 puts the middle of [0, 1] on z = 0.", "取 0，[0, 1] 的中点就落在 z = 0。"),
    "ratio_by_scale.title": (
        "The typical |∂C/∂b₁ / ∂C/∂b_L|, against the scale of the weights",
        "|∂C/∂b₁ / ∂C/∂b_L| 的中位数，随权重尺度的变化",
    ),
    "ratio_by_scale.x": ("Scale of the weights (log scale)", "权重的尺度（对数刻度）"),
    "ratio_by_scale.y": ("log₁₀ of the median", "中位数的 log₁₀"),
    "ratio_by_scale.alt": (
        "Median ratio of the first gradient to the last against the scale of the weights, with the scale nearest to balance marked",
        "第一层与最后一层梯度之比的中位数随权重尺度的变化，标出离平衡最近的点",
    ),
    "balanced_by_depth.title": (
        "Chains whose layers all learn within a factor of each other, against the depth",
        "各层快慢相差不超过某个倍数的链，占比随层数的变化",
    ),
    "balanced_by_depth.within": ("Fastest layer at most", "最快的层至多是最慢的"),
    "balanced_by_depth.x": ("Depth", "层数"),
    "balanced_by_depth.y": ("Share of 20,000 chains (log scale)", "占 20000 条链的比例（对数刻度）"),
    "balanced_by_depth.alt": (
        "Share of chains in balance against the depth, on a logarithmic axis",
        "保持平衡的链的占比随层数的变化，对数刻度",
    ),
    "ratio_spread.title": (
        "How |∂C/∂b₁ / ∂C/∂b_L| is spread over 100,000 random chains",
        "十万条随机链里，|∂C/∂b₁ / ∂C/∂b_L| 是怎么分布的",
    ),
    "ratio_spread.x": ("log₁₀ |∂C/∂b₁ / ∂C/∂b_L|", "log₁₀ |∂C/∂b₁ / ∂C/∂b_L|"),
    "ratio_spread.y": ("Share of the chains", "占比"),
    "ratio_spread.alt": (
        "Histogram of the log ratio over random chains, with the normal curve of theory over it",
        "随机链上对数比值的直方图，上面画出理论的正态曲线",
    ),
    "spread_by_depth.title": (
        "The mean of log₁₀ |∂C/∂b₁ / ∂C/∂b_L| and its spread, against the depth",
        "log₁₀ |∂C/∂b₁ / ∂C/∂b_L| 的均值和散布，随层数的变化",
    ),
    "spread_by_depth.x": ("Depth", "层数"),
    "spread_by_depth.y": ("log₁₀ |∂C/∂b₁ / ∂C/∂b_L|", "log₁₀ |∂C/∂b₁ / ∂C/∂b_L|"),
    "spread_by_depth.alt": (
        "Mean and one standard deviation of the log ratio against the depth, simulation and theory",
        "对数比值的均值和一个标准差随层数的变化，模拟与理论",
    ),
    "window_widths.title": (
        "How wide the window is, and how often a random input falls into it",
        "窗口有多宽，随机的输入落进去的概率有多大",
    ),
    "window_widths.x": ("Weight |w| (log scale)", "权重 |w|（对数刻度）"),
    "window_widths.y": ("Width in a, or chance", "宽度（按 a 计），或概率"),
    "window_widths.alt": (
        "Width of the window and chance to fall into it, against the weight, the widest marked",
        "窗口宽度和落入的概率随权重的变化，标出最宽处",
    ),
    "window_region.title": (
        "Sigmoid: the weights w and inputs a with |w σ′(w a + b)| ≥ 1, for one bias b",
        "sigmoid：偏置 b 固定时，使 |w σ′(w a + b)| ≥ 1 的权重 w 和输入 a",
    ),
    "window_region.x": ("Weight w", "权重 w"),
    "window_region.y": ("Input a", "输入 a"),
    "window_region.slider": ("b ", "b "),
    "window_region.alt": (
        "Region in the plane of weight and input where the factor is at least one; it narrows as the weight grows",
        "权重和输入平面上因子不小于一的区域，权重越大越窄",
    ),
    "identity_copy.title": ("The copy of x that one sigmoid neuron makes", "一个 sigmoid 神经元抄出来的 x"),
    "identity_copy.x": ("x", "x"),
    "identity_copy.y": ("w₂ σ(w₁ x + b) less a constant", "w₂ σ(w₁ x + b) 减去常数"),
    "identity_copy.alt": (
        "The copy as a line over x, beside the straight line",
        "抄出来的曲线与直线 x 放在一起",
    ),
    "identity_error.title": (
        "For small w₁ the worst error goes as w₁²",
        "w₁ 小的时候，最大误差与 w₁² 成正比",
    ),
    "identity_error.x": ("w₁ (log scale)", "w₁（对数刻度）"),
    "identity_error.y": ("Worst error (log scale)", "最大误差（对数刻度）"),
    "identity_error.alt": (
        "The worst error against w₁ on logarithmic axes",
        "最大误差随 w₁ 的变化，双对数刻度",
    ),
    "others.name": ("Activation", "激活函数"),
    "others.steepest": ("Greatest slope", "最大斜率"),
    "others.best": ("Best scale", "最好的尺度"),
    "others.ratio": ("Typical ratio there", "此时比值的中位数"),
    "others.balanced": ("Balanced chains there", "此时平衡的链"),
    "others.alt": (
        "Activations compared: greatest slope, best scale, typical ratio and share of balanced chains",
        "几种激活函数的比较：最大斜率、最好的尺度、比值的中位数、平衡的链的占比",
    ),
    "links.name": ("What moves", "哪个量"),
    "links.predicted": ("Predicted", "预计变化"),
    "links.actual": ("Measured", "实际变化"),
    "links.gap": ("Gap", "相对差距"),
    "links.alt": (
        "Every link of the nudge: the predicted change, the measured change, and the gap between the two",
        "扰动的每一环：预计变化、实际变化、相对差距",
    ),
    # lesson 4
    "square_width": ("Width", "宽度"),
    "square_width.help": (
        "How many neurons each layer of the small network has, the output too. The input is as many ones.",
        "小网络每层有多少个神经元，输出层也一样。输入是同样多个 1。",
    ),
    "square_depth": ("Depth L", "层数 L"),
    "square_depth.help": ("How many layers it has, the output layer included.", "共有多少层，输出层也算。"),
    "square_layer": ("Look at layer l", "看第 l 层"),
    "square_layer.help": (
        "The product begins at this layer; it is orange in both drawings.",
        "乘积从这一层开始，两张图里都标成橙色。",
    ),
    "square_seed": ("Seed", "随机种子"),
    "square_seed.help": (
        "The same seed draws the same weights and biases, from a normal distribution with standard deviation 1.",
        "种子相同，抽到的权重和偏置就相同；它们取自标准差为 1 的高斯分布。",
    ),
    "square_activation": ("Activation σ", "激活函数 σ"),
    "square_activation.help": (
        "The function that every neuron of the small network applies.",
        "小网络的每个神经元用的函数。",
    ),
    "net.alt": (
        "The small network, layer by layer. For each neuron: its output a and its delta.",
        "小网络，一层一层地给出每个神经元的输出 a 和它的 δ。",
    ),
    "product.alt": (
        "Equation 124 from left to right: each scalar of the chain, the matrix that it becomes, and its entries.",
        "式 124，从左到右：链里的每个数、它变成的矩阵、矩阵里的数。",
    ),
    "same.question": (
        "Computed both ways, by how much do the two δ differ at most, over all layers?",
        "两种算法各算一遍，各层的 δ 最多差多少？",
    ),
    "same.answer": ("Largest difference", "最大的差"),
    "same.neuron": ("Neuron", "神经元"),
    "same.product": ("δ, multiplied out", "δ，矩阵相乘"),
    "same.backpropagation": ("δ, by backpropagation", "δ，反向传播"),
    "same.difference": ("Difference", "相差"),
    "same.alt": (
        "For every neuron of the layer: delta multiplied out, delta by backpropagation, and the difference",
        "这一层每个神经元：矩阵相乘得到的 δ、反向传播得到的 δ，以及两者之差",
    ),
    "hidden": ("Hidden layers", "隐层数"),
    "hidden.help": ("The book tries 2, 3 and 4.", "书里试了 2、3、4 个。"),
    "width": ("Width of the hidden layers", "隐层宽度"),
    "width.help": (
        "How many neurons each hidden layer has. The book's have 30.",
        "每个隐层有多少个神经元。书里是 30。",
    ),
    "init": ("Initialisation", "初始化"),
    "init.help": (
        "The standard deviation of the weights: standard_normal 1; lecun_normal 1/√n for n inputs, the book's; glorot_normal "
        "√(2/(n + m)) for m outputs; he_normal √(2/n). orthogonal: a random rotation.",
        "权重的标准差：standard_normal 是 1；lecun_normal 是 1/√n（n 为输入个数），书里用它；glorot_normal 是 √(2/(n + m))（m 为输出个数）；"
        "he_normal 是 √(2/n)。orthogonal 是随机的正交矩阵。",
    ),
    "seeds": ("Networks", "网络个数"),
    "seeds.help": (
        "How many networks are drawn, with the seeds 0, 1, 2 and so on.",
        "抽多少个网络，种子依次是 0、1、2……",
    ),
    "digits": ("Digits", "手写数字的个数"),
    "digits.help": ("The first so many of the 1,000 digits.", "1000 个手写数字里，取最前面的多少个。"),
    "measure": ("Measure of speed", "速度的算法"),
    "measure.help": (
        "norm_of_mean, the book's: average δ over the digits, then take its length; digits that pull apart cancel. rms: the root of "
        "the mean square of its length, in which nothing cancels.",
        "norm_of_mean 是书里的算法：先把 δ 对各个手写数字取平均，再取长度，方向相反的会抵消。rms 是 δ 的长度的均方根，不会抵消。",
    ),
    "shrink.question": (
        "How large is the largest singular value of one factor Σ′(zˡ) (wˡ⁺¹)ᵀ in your network, typically?",
        "在你的网络里，一个因子 Σ′(zˡ) (wˡ⁺¹)ᵀ 最大的奇异值一般有多大？",
    ),
    "shrink.answer": ("Median over the hidden layers", "各隐层的中位数"),
    "critical.question": (
        "How large must σ_w be so that the gradient of {activation} layers keeps its size?",
        "激活函数是 {activation} 时，σ_w 要多大，梯度的大小才能保持不变？",
    ),
    "critical.answer": ("σ_w at the edge", "边界上的 σ_w"),
    "luck.question": (
        "Draw 1,000 ReLU networks at the edge, {hidden} hidden layers of width {width}. Sort them by the length of Jv: how many "
        "times longer is it in the longest 5% than in the shortest 5%, at least?",
        "在边界上抽 1000 个 ReLU 网络，{hidden} 个隐层，宽度 {width}。按 Jv 的长度排队，最长的 5% 至少是最短的 5% 的多少倍？",
    ),
    "luck.answer": ("Times longer", "倍数"),
    "design_speeds.title": (
        "The speed of every layer before training: networks as drawn, and theory",
        "训练之前各层的学习速度：随机抽出的网络，和理论",
    ),
    "design_speeds.x": ("Layer l (the last is the output)", "第 l 层（最后一层是输出层）"),
    "design_speeds.y": ("log₁₀ of the speed of learning", "学习速度的 log₁₀"),
    "design_speeds.alt": (
        "Logarithm of the speed of learning by layer: median and range over random networks, the line of theory, printed values",
        "各层学习速度的对数：随机网络的中位数和范围、理论的直线、书里印出的值",
    ),
    "factor_spectrum.title": (
        "The singular values of each factor, beside the largest slope",
        "每个因子的奇异值，和最大的斜率",
    ),
    "factor_spectrum.x": ("Layer l", "第 l 层"),
    "factor_spectrum.y": ("Singular values (log scale)", "奇异值（对数刻度）"),
    "factor_spectrum.alt": (
        "Largest, median and range of the singular values of every factor, with the largest slope",
        "每个因子奇异值的最大值、中位数和范围，以及最大的斜率",
    ),
    "product_spectrum.title": (
        "The singular values of the whole product, from layer l to the output",
        "从第 l 层到输出，整个乘积的奇异值",
    ),
    "product_spectrum.x": ("Layer l", "第 l 层"),
    "product_spectrum.y": ("log₁₀ of the singular values", "奇异值的 log₁₀"),
    "product_spectrum.alt": (
        "All singular values of the product from each layer to the output; towards layer 1 they spread",
        "从每一层到输出的乘积的全部奇异值，越靠近第一层散得越开",
    ),
    "chi_by_scale.title": (
        "By how much δ changes a layer, against the scale of the weights",
        "往回走一层，δ 变成多少倍：随权重尺度的变化",
    ),
    "chi_by_scale.x": ("σ_w (log scale)", "σ_w（对数刻度）"),
    "chi_by_scale.y": ("√χ₁ (log scale)", "√χ₁（对数刻度）"),
    "chi_by_scale.alt": (
        "The root of chi 1 against the scale of the weights, with the edge and the reader's network",
        "χ₁ 的平方根随权重尺度的变化，标出边界和你的网络",
    ),
    "luck_spread.title": (
        "How ln ‖Jv‖² is spread over 1,000 ReLU networks at the edge",
        "边界上 1000 个 ReLU 网络，ln ‖Jv‖² 是怎么分布的",
    ),
    "luck_spread.x": ("ln ‖Jv‖²", "ln ‖Jv‖²"),
    "luck_spread.y": ("Share of the networks", "占比"),
    "luck_spread.alt": (
        "Histogram of the logarithm over random networks, with the normal curve of the law over it",
        "随机网络上对数的直方图，上面画出定律的正态曲线",
    ),
    "luck_by_width.title": (
        "The narrower the layers, the larger the share of luck",
        "层越窄，运气的成分越大",
    ),
    "luck_by_width.x": ("Sum of 1/n over the hidden layers (log scale)", "各隐层 1/n 之和（对数刻度）"),
    "luck_by_width.y": ("Variance of ln ‖Jv‖² (log scale)", "ln ‖Jv‖² 的方差（对数刻度）"),
    "luck_by_width.alt": (
        "Variance of the logarithm against the sum of one over the widths, simulation and law",
        "对数的方差随各层宽度倒数之和的变化，模拟与定律",
    ),
    # lesson 5
    "epochs": ("Epochs", "训练轮数"),
    "epochs.help": (
        "How many steps of gradient descent on all 1,000 digits. The book's: 500.",
        "用全部 1000 个手写数字做多少步梯度下降，一步就是一轮。书里是 500。",
    ),
    "lmbda": ("L2 term λ", "L2 项 λ"),
    "lmbda.help": (
        "Each step also shrinks the weights, by ηλ/1000 of their size. The program behind the book's figures has 5; the text does not say so.",
        "每一步还让权重缩小自身的 ηλ/1000。画书中插图的程序用的是 5，正文没有提。",
    ),
    "frozen": ("Frozen layers", "冻结的层数"),
    "frozen.help": (
        "The first so many layers keep their random weights and biases. Their speed is still drawn: the one they would learn at.",
        "从第一隐层数起，冻结几层；这几层一直用随机抽的权重和偏置，不训练；图上画的是它们本来该有的速度。",
    ),
    "run": ("Run", "运行"),
    "run.add": ("Run and lay over", "运行并叠加"),
    "run.stop": ("Stop", "停止"),
    "run.queue": ("…", "……"),
    "run.progress": (
        "{name}: epoch {epoch} of {epochs}, {left} s left",
        "{name}：第 {epoch} 轮，共 {epochs} 轮，还要 {left} 秒",
    ),
    "run.wait": ("Training", "训练中"),
    "run.diverged": (
        "{name}: the run ended by itself after {epoch} epochs, for its numbers grew without bound. Choose a smaller η. What was seen until then is shown.",
        "{name}：跑了 {epoch} 轮，数值大得算不下去了，运行自行中止。请把 η 调小。中止之前的结果都在。",
    ),
    "runs": ("Runs on the charts", "图上的运行"),
    "runs.help": (
        "Each run by what differs from the book's, separated by ; such as: book; lmbda=0; hidden=2 eta=0.5. Empty is the book's. At most four.",
        "每次运行只写与书里不同的设定，两次之间用 ; 隔开，例如：book; lmbda=0; hidden=2 eta=0.5。空着就是书里的设定。最多四次。",
    ),
    "runs.refused": (
        "Not used, but kept in the field: the parts below. Write at most {most} runs, separated by ; and each by what differs from the book's: hidden 1 to 10, "
        "width 1 to 100, epochs 1 to 1000, eta and lmbda 0 to 100, seed, frozen up to hidden, activation, init, cost. Example: lmbda=0 hidden=2",
        "下面这些没有用上，仍留在框里。最多写 {most} 个运行，用 ; 隔开，每个只写与书里不同的设定：hidden 1 到 10，width 1 到 100，epochs 1 到 1000，"
        "eta 和 lmbda 0 到 100，seed，frozen 不超过 hidden，activation，init，cost。例如 lmbda=0 hidden=2",
    ),
    "printed.layer": ("Hidden layer", "隐层"),
    "printed.printed": ("Printed, before training", "书中印出，训练前"),
    "printed.first": ("Here, before training", "这里，训练前"),
    "printed.last": ("Here, at the end", "这里，最后"),
    "printed.alt": (
        "Speed of every hidden layer: as printed, before training and at the end of this run",
        "各隐层的速度：书中印出的、这次运行训练前的和最后的",
    ),
    "undisclosed.question": (
        "Without the L2 term (λ = 0), by the book's measure: after 100 epochs, how many times faster than the first does the last hidden layer learn?",
        "不要 L2 项（λ = 0），按书里的算法，100 轮之后，最后一个隐层的速度是第一隐层的多少倍？",
    ),
    "undisclosed.answer": ("At epoch 100, λ = 0", "第 100 轮，λ = 0"),
    "priors.question": (
        "Before training, take the mean error of each output out of δ. How much of the first layer's speed is left?",
        "训练之前，从 δ 里去掉每个输出的平均误差，第一隐层的速度还剩多少？",
    ),
    "priors.answer": ("Left of it", "还剩"),
    "frozen.question": (
        "ReLU, he_normal, λ = 0: this network learns. Freeze its first two layers. What share of the digits does it read after 500 epochs?",
        "换成 ReLU、he_normal、λ = 0，这个网络学得会。把它的前两层冻结，500 轮之后能认对多少？",
    ),
    "frozen.answer": ("Read rightly, two layers frozen", "冻结两层，认对的"),
    "mean_speeds.title": (
        "The speed of each hidden layer while it trains, by the book's measure",
        "训练中各隐层的学习速度，按书里的算法",
    ),
    "mean_speeds.x": ("Epoch", "训练轮数"),
    "mean_speeds.y": ("log₁₀ of the norm of the mean of δ", "δ 平均之后的长度，log₁₀"),
    "mean_speeds.alt": (
        "Logarithm of the speed of every hidden layer against the epoch, by the norm of the mean",
        "各隐层速度的对数随训练轮数的变化，先平均再取长度",
    ),
    "rms_speeds.title": (
        "The same run, without letting the digits cancel",
        "同一次运行，不让各个数字互相抵消",
    ),
    "rms_speeds.x": ("Epoch", "训练轮数"),
    "rms_speeds.y": ("log₁₀ of the root mean square of δ", "δ 长度的均方根，log₁₀"),
    "rms_speeds.alt": (
        "Logarithm of the speed of every hidden layer against the epoch, by the root mean square",
        "各隐层速度的对数随训练轮数的变化，取均方根",
    ),
    "rest_speeds.title": (
        "Take the mean error of the outputs out, and the early plunge is gone",
        "去掉输出的平均误差，开头的猛跌就没有了",
    ),
    "rest_speeds.x": ("Epoch", "训练轮数"),
    "rest_speeds.y": ("log₁₀ of the norm of the mean of δ", "δ 平均之后的长度，log₁₀"),
    "rest_speeds.alt": (
        "Speeds of the hidden layers against the epoch, with and without the mean error of the outputs",
        "各隐层速度随训练轮数的变化，含与不含输出的平均误差",
    ),
    "epochs_scrubbed.title": (
        "One epoch at a time: speeds, neurons and outputs",
        "一轮一轮地看：速度、神经元、输出",
    ),
    "epochs_scrubbed.x": ("Epoch", "训练轮数"),
    "epochs_scrubbed.y": ("log₁₀ of the speed", "速度的 log₁₀"),
    "epochs_scrubbed.neuron": ("Neurons of the hidden layers, first to last", "各隐层的神经元，从前到后"),
    "epochs_scrubbed.delta": ("log₁₀ |mean δ| of each neuron", "每个神经元平均 δ 的大小，log₁₀"),
    "epochs_scrubbed.digit": ("Digit", "数字"),
    "epochs_scrubbed.share": ("Mean output, and share of the digit", "平均输出，和该数字的占比"),
    "epochs_scrubbed.slider": ("stop", "第几站"),
    "epochs_scrubbed.epoch": ("epoch", "轮数"),
    "epochs_scrubbed.accuracy": ("accuracy", "认对"),
    "epochs_scrubbed.alt": (
        "Three drawings for one epoch: speeds with a cursor, the mean delta of every neuron, the mean outputs beside the shares of the digits",
        "某一轮的三张图：带游标的速度曲线、每个神经元 δ 的平均、平均输出与各数字的占比",
    ),
    "ratio_by_epoch.title": (
        "The last hidden layer's speed over the first's, by both measures",
        "最后一个隐层的速度与第一隐层之比，两种算法",
    ),
    "ratio_by_epoch.x": ("Epoch", "训练轮数"),
    "ratio_by_epoch.y": ("log₁₀ of the ratio", "比值的 log₁₀"),
    "ratio_by_epoch.alt": (
        "Logarithm of the ratio of the speeds against the epoch, for each run and both measures",
        "速度之比的对数随训练轮数的变化，每次运行、两种算法",
    ),
    "accuracy_by_epoch.title": ("How many digits each run reads", "每次运行认对多少"),
    "accuracy_by_epoch.x": ("Epoch", "训练轮数"),
    "accuracy_by_epoch.y": ("Read rightly", "认对的占比"),
    "accuracy_by_epoch.alt": ("Accuracy of each run against the epoch", "每次运行的准确率随训练轮数的变化"),
    "speed_and_accuracy.title": (
        "A slow first layer can mean two things: not begun, or done",
        "第一层慢，可能是没开始学，也可能是学完了",
    ),
    "speed_and_accuracy.x": ("log₁₀ of the first layer's speed (RMS)", "第一层速度的 log₁₀（均方根）"),
    "speed_and_accuracy.y": ("Read rightly", "认对的占比"),
    "speed_and_accuracy.alt": (
        "Accuracy against the speed of the first layer, a path for each of three runs",
        "准确率与第一层速度的关系，三次运行各一条路径",
    ),
    # home
    "layer_speeds.title": (
        "Before any training, each layer nearer the input learns several times slower",
        "还没训练，就已经是越靠近输入的层学得越慢，相邻两层差好几倍",
    ),
    "layer_speeds.x": ("Layer (1 is the first hidden layer, 5 the output)", "层（1 是第一隐层，5 是输出层）"),
    "layer_speeds.y": ("Speed of learning (log scale)", "学习速度（对数刻度）"),
    "layer_speeds.alt": (
        "Speed of learning of the five layers of twenty random networks; the first layers are slowest by far",
        "二十个随机网络五层的学习速度，前面的层远比后面的慢",
    ),
    # lesson 1
    "gradient_by_scale.title": (
        "The gradient of every layer, as all weights are scaled together",
        "所有权重一起放大或缩小时，各层的梯度",
    ),
    "gradient_by_scale.x": ("Layer j", "第 j 层"),
    "gradient_by_scale.y": ("log₁₀ |∂C/∂bⱼ|", "log₁₀ |∂C/∂bⱼ|"),
    "gradient_by_scale.slider": ("all weights × 10 to the ", "所有权重 × 10 的几次方："),
    "gradient_by_scale.grey": ("×", "×"),
    "gradient_by_scale.readout": ("all weights ×", "所有权重 ×"),
    "gradient_by_scale.alt": (
        "Size of the gradient by layer, a line for each scale of the weights from a tenth to tenfold",
        "各层梯度的大小，权重从十分之一到十倍，每个倍数一条线",
    ),
    "nudge_links.title": (
        "How far each link moves: as the derivative predicts, and as measured",
        "每一环变了多少：按导数预计的，和实际的",
    ),
    "nudge_links.x": ("Link", "第几环"),
    "nudge_links.y": ("log₁₀ of the size of the change", "变化大小的 log₁₀"),
    "nudge_links.alt": (
        "Predicted and actual change of every quantity between the first bias and the cost",
        "从第一个偏置到损失函数，每个量的预计变化和实际变化",
    ),
    "nudge_gap.title": (
        "The gap between prediction and measurement closes as the nudge shrinks",
        "扰动越小，预计与实际的差距越小",
    ),
    "nudge_gap.x": ("Nudge Δb₁, log scale", "扰动 Δb₁（对数刻度）"),
    "nudge_gap.y": (
        "Gap between prediction and change of C, log scale",
        "C 的预计变化与实际变化之差（相对值，对数刻度）",
    ),
    "nudge_gap.alt": (
        "Relative gap between predicted and actual change of the cost, against the nudge",
        "损失函数预计变化与实际变化的相对差距，随扰动大小而变",
    ),
    "sigma_prime.title": (
        "Every neuron sits somewhere on the curve of σ′; the height there is its slope",
        "每个神经元都落在 σ′ 曲线的某一点，那里的高度就是它的斜率",
    ),
    "sigma_prime.x": ("Weighted input z", "加权输入 z"),
    "sigma_prime.y": ("Slope σ′(z)", "斜率 σ′(z)"),
    "sigma_prime.alt": (
        "The derivative of the activation, with the weighted inputs of this chain marked on it",
        "激活函数的导数曲线，上面标出这条链的各个加权输入",
    ),
    "product_by_depth.title": (
        "Each layer multiplies in one more factor",
        "每多一层，就多乘一个因子",
    ),
    "product_by_depth.x": ("Layers multiplied", "乘了几层"),
    "product_by_depth.y": ("log₁₀ |∂aⱼ/∂b₁|", "log₁₀ |∂aⱼ/∂b₁|"),
    "product_by_depth.alt": (
        "Size of the product of factors against the number of layers, for this chain and for random chains",
        "因子乘积的大小随层数的变化，包括这条链和许多随机链",
    ),
    "ratio_histogram.title": (
        "How many times larger |∂C/∂b₃| is than |∂C/∂b₁|, in 100,000 random chains",
        "十万条随机链里，|∂C/∂b₃| 是 |∂C/∂b₁| 的多少倍",
    ),
    "ratio_histogram.x": ("log₁₀ of |∂C/∂b₃| / |∂C/∂b₁|", "|∂C/∂b₃| / |∂C/∂b₁| 的 log₁₀"),
    "ratio_histogram.y": ("Share of the chains", "占比"),
    "ratio_histogram.alt": (
        "Histogram of the ratio of two gradients over random chains, with the book's 16 and the median marked",
        "随机链中两个梯度之比的直方图，标出书中的 16 和中位数",
    ),
}


def label(name, lang):
    """Return a text in a language of LANGUAGES; raise KeyError if there is no such text."""
    return LABELS[name][list(LANGUAGES).index(lang)]
