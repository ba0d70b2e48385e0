"""Small real networks in PyTorch, healthy and sick, and their gradients while they train.

Each entry of HEALTHY and SICK makes a network for one of the tasks of `batches`; `logged` trains it and
prints what lesson 7's lines to copy print, at the first step, the tenth and the last.
"""

import math
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm, weight_norm

from vgcore import load_digits

STEPS = (0, 10, 40)


def digits():
    x, y = load_digits()
    return torch.tensor(x.T, dtype=torch.float32), torch.tensor(y.argmax(axis=0))


def mlp(depth, width, act, init=None, bias=True, sizes=(784, 10)):
    layers, last = [nn.Flatten()], sizes[0]
    for n in [width] * depth:
        layers += [nn.Linear(last, n, bias=bias), act()]
        last = n
    net = nn.Sequential(*layers, nn.Linear(last, sizes[1], bias=bias))
    if init:
        for m in net:
            if isinstance(m, nn.Linear):
                init(m)
    return net


def he(scale=1.0):
    def init(m):
        nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
        with torch.no_grad():
            m.weight *= scale
        if m.bias is not None:
            nn.init.zeros_(m.bias)

    return init


def glorot(m):
    nn.init.xavier_uniform_(m.weight)
    nn.init.zeros_(m.bias)


def normal(std):
    def init(m):
        nn.init.normal_(m.weight, std=std)
        if m.bias is not None:
            nn.init.zeros_(m.bias)

    return init


class LoRA(nn.Module):
    """A frozen layer and a low-rank change of it, whose B starts at 0."""

    def __init__(self, layer, rank=4):
        super().__init__()
        self.base = layer.requires_grad_(False)
        self.lora_A = nn.Linear(layer.in_features, rank, bias=False)
        self.lora_B = nn.Linear(rank, layer.out_features, bias=False)
        nn.init.zeros_(self.lora_B.weight)

    def forward(self, x):
        return self.base(x) + self.lora_B(self.lora_A(x))


class Attention(nn.Module):
    def __init__(self, d, heads=4):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj, self.v_proj, self.o_proj = (nn.Linear(d, d) for _ in range(4))

    def forward(self, x):
        q, k, v = (
            layer(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for layer in (self.q_proj, self.k_proj, self.v_proj)
        )
        return self.o_proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))


class Block(nn.Module):
    def __init__(self, d, how="pre", gamma=None, skip=0.0):
        super().__init__()
        self.attn, self.how, self.skip = Attention(d), how, skip
        self.ln1, self.ln2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.mlp = nn.Sequential(nn.Linear(d, 4 * d), nn.GELU(), nn.Linear(4 * d, d))
        if gamma is not None:
            self.ls1, self.ls2 = (nn.Parameter(gamma * torch.ones(d)) for _ in range(2))
        else:
            self.ls1 = self.ls2 = 1.0

    def forward(self, x):
        if self.training and torch.rand(()) < self.skip:
            return x
        if self.how == "post":
            x = self.ln1(x + self.attn(x))
            return self.ln2(x + self.mlp(x))
        x = x + self.ls1 * self.attn(self.ln1(x))
        return x + self.ls2 * self.mlp(self.ln2(x))


class ViT(nn.Module):
    """Patches of 7 x 7; the mean over the tokens is classified."""

    def __init__(self, depth=6, d=32, **how):
        super().__init__()
        self.patch_embed = nn.Conv2d(1, d, 7, 7)
        self.pos_embed = nn.Parameter(0.02 * torch.randn(1, 16, d))
        self.blocks = nn.ModuleList(Block(d, **how) for _ in range(depth))
        self.norm, self.head = nn.LayerNorm(d), nn.Linear(d, 10)

    def forward(self, x):
        x = self.patch_embed(x.view(-1, 1, 28, 28)).flatten(2).transpose(1, 2) + self.pos_embed
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x).mean(1))


def zero_branches(net):
    for block in net.blocks:
        for layer in (block.attn.o_proj, block.mlp[2]):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
    return net


def zero_head(net):
    nn.init.zeros_(net[-1].weight)
    nn.init.zeros_(net[-1].bias)
    return net


class DiT(nn.Module):
    """Blocks whose scales and gates come from a layer that starts at 0 (adaLN-zero)."""

    def __init__(self, depth=5, d=32):
        super().__init__()
        self.stem, self.cond, self.head = nn.Linear(784, d), nn.Linear(1, d), nn.Linear(d, 10)
        self.blocks = nn.ModuleList()
        for _ in range(depth):
            block = nn.ModuleDict(
                {
                    "fc1": nn.Linear(d, 2 * d),
                    "fc2": nn.Linear(2 * d, d),
                    "adaLN_modulation": nn.Linear(d, 3 * d),
                }
            )
            nn.init.zeros_(block["adaLN_modulation"].weight)
            nn.init.zeros_(block["adaLN_modulation"].bias)
            self.blocks.append(block)

    def forward(self, x):
        c = self.cond(x.mean(1, keepdim=True))
        x = self.stem(x)
        for block in self.blocks:
            scale, shift, gate = block["adaLN_modulation"](F.silu(c)).chunk(3, -1)
            h = F.layer_norm(x, x.shape[-1:]) * (1 + scale) + shift
            x = x + gate * block["fc2"](F.gelu(block["fc1"](h)))
        return self.head(x)


class Encoder(nn.Module):
    """PyTorch's own encoder; `anew` initialises every layer by itself, as its copies are not."""

    def __init__(self, depth, norm_first=False, anew=True, d=32):
        super().__init__()
        self.patch_embed, self.head = nn.Linear(49, d), nn.Linear(d, 10)
        self.pos_embed = nn.Parameter(0.02 * torch.randn(1, 16, d))
        layer = nn.TransformerEncoderLayer(d, 4, 4 * d, 0.0, batch_first=True, norm_first=norm_first)
        self.encoder = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        if anew:
            for p in self.encoder.parameters():
                if p.dim() > 1:
                    nn.init.xavier_uniform_(p)

    def forward(self, x):
        x = F.unfold(x.view(-1, 1, 28, 28), 7, stride=7).transpose(1, 2)
        return self.head(self.encoder(self.patch_embed(x) + self.pos_embed).mean(1))


class MoE(nn.Module):
    """Each token goes to one of four experts."""

    def __init__(self, depth=4, d=32, experts=4):
        super().__init__()
        self.stem, self.head = nn.Linear(784, d), nn.Linear(d, 10)
        self.layers = nn.ModuleList(
            nn.ModuleDict(
                {
                    "router": nn.Linear(d, experts),
                    "experts": nn.ModuleList(
                        nn.Sequential(nn.Linear(d, 2 * d), nn.ReLU(), nn.Linear(2 * d, d))
                        for _ in range(experts)
                    ),
                }
            )
            for _ in range(depth)
        )

    def forward(self, x):
        x = self.stem(x)
        for layer in self.layers:
            gate = layer["router"](x).softmax(-1)
            best, add = gate.argmax(-1), torch.zeros_like(x)
            for e, expert in enumerate(layer["experts"]):
                mine = best == e
                if mine.any():
                    add[mine] = gate[mine, e, None] * expert(x[mine])
            x = x + add
        return self.head(x)


class ResNet(nn.Module):
    def __init__(self, blocks=5, width=12, zero_gamma=False, skip=0.0, norm=True):
        super().__init__()
        self.conv1 = nn.Conv2d(1, width, 3, 2, 1, bias=not norm)
        self.bn1 = nn.BatchNorm2d(width) if norm else nn.Identity()
        self.skip = skip
        self.layers = nn.ModuleList()
        for _ in range(blocks):
            block = nn.ModuleDict(
                {
                    "conv1": nn.Conv2d(width, width, 3, 1, 1, bias=not norm),
                    "bn1": nn.BatchNorm2d(width) if norm else nn.Identity(),
                    "conv2": nn.Conv2d(width, width, 3, 1, 1, bias=not norm),
                    "bn2": nn.BatchNorm2d(width) if norm else nn.Identity(),
                }
            )
            if zero_gamma:
                nn.init.zeros_(block["bn2"].weight)
            self.layers.append(block)
        self.fc = nn.Linear(width, 10)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x.view(-1, 1, 28, 28))))
        for b in self.layers:
            if self.training and torch.rand(()) < self.skip:
                continue
            x = F.relu(x + b["bn2"](b["conv2"](F.relu(b["bn1"](b["conv1"](x))))))
        return self.fc(x.mean((2, 3)))


class Fixup(nn.Module):
    """Residual blocks without norms: the last convolution of each starts at 0, and a scale beside it."""

    def __init__(self, blocks=6, width=48, rezero=False):
        super().__init__()
        self.inp, self.head = nn.Linear(784, width), nn.Linear(width, 10)
        self.layers = nn.ModuleList(
            nn.ModuleList([nn.Linear(width, width), nn.Linear(width, width)]) for _ in range(blocks)
        )
        self.rezero = rezero
        self.resweight = nn.Parameter(torch.zeros(blocks) if rezero else torch.ones(blocks))
        if not rezero:
            for block in self.layers:
                nn.init.zeros_(block[1].weight)

    def forward(self, x):
        x = self.inp(x)
        for k, (one, two) in enumerate(self.layers):
            x = x + self.resweight[k] * two(F.relu(one(x)))
        return self.head(x)


class ConvNeXt(nn.Module):
    def __init__(self, blocks=5, width=16, gamma=1e-6):
        super().__init__()
        self.stem, self.head = nn.Conv2d(1, width, 4, 4), nn.Linear(width, 10)
        self.blocks = nn.ModuleList()
        for _ in range(blocks):
            block = nn.Module()
            block.gamma = nn.Parameter(gamma * torch.ones(width))
            block.dwconv = nn.Conv2d(width, width, 7, 1, 3, groups=width)
            block.norm = nn.LayerNorm(width)
            block.pwconv1, block.pwconv2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
            self.blocks.append(block)

    def forward(self, x):
        x = self.stem(x.view(-1, 1, 28, 28))
        for b in self.blocks:
            h = b.norm(b.dwconv(x).permute(0, 2, 3, 1))
            x = x + (b.gamma * b.pwconv2(F.gelu(b.pwconv1(h)))).permute(0, 3, 1, 2)
        return self.head(x.mean((2, 3)))


class UNet(nn.Module):
    """Gives back the digit that it sees with noise."""

    def __init__(self, w=8):
        super().__init__()
        self.down1, self.down2 = nn.Conv2d(1, w, 3, 1, 1), nn.Conv2d(w, 2 * w, 3, 2, 1)
        self.down3 = nn.Conv2d(2 * w, 4 * w, 3, 2, 1)
        self.mid = nn.Conv2d(4 * w, 4 * w, 3, 1, 1)
        self.up3 = nn.ConvTranspose2d(8 * w, 2 * w, 4, 2, 1)
        self.up2 = nn.ConvTranspose2d(4 * w, w, 4, 2, 1)
        self.out = nn.Conv2d(2 * w, 1, 3, 1, 1)

    def forward(self, x):
        a = F.relu(self.down1(x.view(-1, 1, 28, 28)))
        b = F.relu(self.down2(a))
        c = F.relu(self.down3(b))
        x = F.relu(self.up3(torch.cat([F.relu(self.mid(c)), c], 1)))
        x = F.relu(self.up2(torch.cat([x, b], 1)))
        return self.out(torch.cat([x, a], 1)).flatten(1)


class Rows(nn.Module):
    """Reads a digit row by row; the last state is classified."""

    def __init__(self, cell, layers=1, n=48, both=False):
        super().__init__()
        self.rnn = cell(28, n, layers, batch_first=True, bidirectional=both)
        self.fc = nn.Linear(n * (1 + both), 10)

    def forward(self, x):
        return self.fc(self.rnn(x.view(-1, 28, 28))[0][:, -1])


class Tied(nn.Module):
    """A small language model on the digits' brightness, its head tied to its embedding."""

    def __init__(self, depth=4, d=32, tied=True):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(16, d), nn.Embedding(28, d)
        self.h = nn.ModuleList(Block(d) for _ in range(depth))
        self.ln_f, self.lm_head = nn.LayerNorm(d), nn.Linear(d, 16, bias=False)
        if tied:
            nn.init.normal_(self.wte.weight, std=0.02)
            self.lm_head.weight = self.wte.weight

    def forward(self, x):
        tokens = (15.9 * x.view(-1, 28, 28)[:, :, 14]).long()
        x = self.wte(tokens) + self.wpe(torch.arange(28))
        for block in self.h:
            x = block(x)
        logits = self.lm_head(self.ln_f(x))
        return logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten()


class NeRF(nn.Module):
    def __init__(self, depth=8, n=64):
        super().__init__()
        self.pts_linears = nn.ModuleList(
            nn.Linear((784 if not l else n) + 784 * (l == 4), n) for l in range(depth)
        )
        self.out = nn.Linear(n, 10)

    def forward(self, x):
        h = x
        for l, layer in enumerate(self.pts_linears):
            h = F.relu(layer(torch.cat([h, x], -1) if l == 4 else h))
        return self.out(h)


class Frozen(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = mlp(4, 64, nn.ReLU, he(), sizes=(784, 64)).requires_grad_(False)
        self.neck, self.head = mlp(3, 64, nn.ReLU, sizes=(64, 64)), nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.neck(self.backbone(x)))


class TwoTasks(nn.Module):
    """Two heads, of which one has no loss."""

    def __init__(self):
        super().__init__()
        self.trunk = mlp(4, 64, nn.ReLU, he(), sizes=(784, 64))
        self.head_class, self.head_aux = nn.Linear(64, 10), nn.Linear(64, 3)

    def forward(self, x):
        x = F.relu(self.trunk(x))
        return self.head_class(x) + 0.0 * self.head_aux(x).sum()


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [784, 256, 64, 16, 64, 256, 784]
        for name, part in (("encoder", sizes[:4]), ("decoder", sizes[3:])):
            layers = []
            for m, n in pairwise(part):
                layers += [nn.Linear(m, n), nn.ReLU()]
            setattr(self, name, nn.Sequential(*layers[:-1]))

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Backwards(nn.Module):
    """Declares its head first."""

    def __init__(self, act=nn.ReLU, depth=6, init=True):
        super().__init__()
        self.head = nn.Linear(64, 10)
        for l in reversed(range(depth)):
            layer = nn.Linear(64 if l else 784, 64)
            if init:
                he()(layer)
            setattr(self, f"layer{l}", layer)
        self.depth, self.act = depth, act()

    def forward(self, x):
        for l in range(self.depth):
            x = self.act(getattr(self, f"layer{l}")(x))
        return self.head(x)


class Branches(nn.Module):
    """An actor and a critic side by side."""

    def __init__(self):
        super().__init__()
        self.actor, self.critic = (mlp(4, 64, nn.Tanh, sizes=(784, out)) for out in (10, 1))
        with torch.no_grad():
            self.actor[-1].weight *= 0.01

    def forward(self, x):
        return self.actor(x) + 100.0 * self.critic(x).pow(2).mean()


class Siren(nn.Module):
    def __init__(self, depth=5, n=64):
        super().__init__()
        self.net = nn.ModuleList(nn.Linear(n if l else 784, n) for l in range(depth))
        self.final = nn.Linear(n, 10)
        with torch.no_grad():
            for l, m in enumerate(self.net):
                bound = (6 / n) ** 0.5 / 30 if l else 1 / 784
                m.weight.uniform_(-bound, bound)

    def forward(self, x):
        for m in self.net:
            x = torch.sin(30.0 * m(x))
        return self.final(x)


class Flow(nn.Module):
    """Couplings whose nets end in a layer of zeros (RealNVP, Glow)."""

    def __init__(self, depth=6, d=64):
        super().__init__()
        self.inp, self.out = nn.Linear(784, d), nn.Linear(d, 10)
        self.flows = nn.ModuleList()
        for _ in range(depth):
            net = nn.Sequential(nn.Linear(d // 2, d), nn.ReLU(), nn.Linear(d, d), nn.ReLU(), nn.Linear(d, d))
            nn.init.zeros_(net[4].weight)
            nn.init.zeros_(net[4].bias)
            self.flows.append(nn.ModuleDict({"net": net}))

    def forward(self, x):
        x = self.inp(x)
        for flow in self.flows:
            a, b = x.chunk(2, -1)
            s, t = flow["net"](a).chunk(2, -1)
            x = torch.cat([b * torch.exp(torch.tanh(s)) + t, a], -1)
        return self.out(x)


class Mamba(nn.Module):
    """Gated state spaces, very small: with A_log, D and dt_proj."""

    def __init__(self, depth=4, d=24, states=4):
        super().__init__()
        self.embedding, self.head = nn.Linear(28, d), nn.Linear(d, 10)
        self.layers = nn.ModuleList()
        for _ in range(depth):
            block = nn.Module()
            block.norm = nn.LayerNorm(d)
            block.mixer = nn.Module()
            block.mixer.in_proj, block.mixer.out_proj = nn.Linear(d, 2 * d, False), nn.Linear(d, d, False)
            block.mixer.x_proj = nn.Linear(d, 2 * states, False)
            block.mixer.dt_proj = nn.Linear(d, d)
            block.mixer.A_log = nn.Parameter(torch.log(torch.arange(1.0, states + 1)).repeat(d, 1))
            block.mixer.D = nn.Parameter(torch.ones(d))
            self.layers.append(block)

    def forward(self, x):
        x = self.embedding(x.view(-1, 28, 28))
        for block in self.layers:
            m = block.mixer
            u, z = m.in_proj(block.norm(x)).chunk(2, -1)
            u = F.silu(u)
            b, c = m.x_proj(u).chunk(2, -1)
            dt = F.softplus(m.dt_proj(u))
            h, ys = torch.zeros(len(x), u.shape[-1], b.shape[-1]), []
            for t in range(u.shape[1]):
                h = (
                    h * torch.exp(-dt[:, t, :, None] * m.A_log.exp())
                    + (dt[:, t] * u[:, t])[..., None] * b[:, t, None]
                )
                ys.append((h * c[:, t, None]).sum(-1))
            x = x + m.out_proj((torch.stack(ys, 1) + m.D * u) * F.silu(z))
        return self.head(x.mean(1))


class Timed(nn.Module):
    """A small diffusion network: residual blocks that hear of the time, the last convolution 0."""

    def __init__(self, w=12, blocks=4):
        super().__init__()
        self.time_embedding = nn.ModuleDict({"linear_1": nn.Linear(8, w), "linear_2": nn.Linear(w, w)})
        self.conv_in, self.conv_out = nn.Conv2d(1, w, 3, 2, 1), nn.ConvTranspose2d(w, 1, 4, 2, 1)
        self.norm_out = nn.GroupNorm(4, w)
        self.resnets = nn.ModuleList(
            nn.ModuleDict(
                {
                    "norm1": nn.GroupNorm(4, w),
                    "conv1": nn.Conv2d(w, w, 3, 1, 1),
                    "time_emb_proj": nn.Linear(w, w),
                    "norm2": nn.GroupNorm(4, w),
                    "conv2": nn.Conv2d(w, w, 3, 1, 1),
                }
            )
            for _ in range(blocks)
        )
        nn.init.zeros_(self.conv_out.weight)
        nn.init.zeros_(self.conv_out.bias)

    def forward(self, x):
        t = torch.rand(len(x), 1)
        t = torch.cat([torch.sin(t * 2**k) for k in range(4)] + [torch.cos(t * 2**k) for k in range(4)], 1)
        t = self.time_embedding["linear_2"](F.silu(self.time_embedding["linear_1"](t)))
        x = self.conv_in(x.view(-1, 1, 28, 28))
        for b in self.resnets:
            h = b["conv1"](F.silu(b["norm1"](x))) + b["time_emb_proj"](F.silu(t))[:, :, None, None]
            x = x + b["conv2"](F.silu(b["norm2"](h)))
        return self.conv_out(F.silu(self.norm_out(x))).flatten(1)


class Seq2Seq(nn.Module):
    """PyTorch's nn.Transformer; reads the upper rows and names the digit."""

    def __init__(self, depth=3, d=32):
        super().__init__()
        self.src, self.query_embed = nn.Linear(28, d), nn.Parameter(torch.randn(1, 4, d))
        self.transformer = nn.Transformer(d, 4, depth, depth, 64, 0.0, batch_first=True)
        self.fc_out = nn.Linear(d, 10)

    def forward(self, x):
        memory = self.src(x.view(-1, 28, 28))
        return self.fc_out(self.transformer(memory, self.query_embed.expand(len(x), -1, -1)).mean(1))


class Adapted(nn.Module):
    """A frozen trunk with adapters, whose way up starts at 0, and a prompt."""

    def __init__(self, depth=6, d=32):
        super().__init__()
        self.vit = ViT(depth, d).requires_grad_(False)
        self.vit.head.requires_grad_(True)
        for block in self.vit.blocks:
            block.adapter = nn.ModuleDict({"down": nn.Linear(d, 8), "up": nn.Linear(8, d)})
            nn.init.zeros_(block.adapter["up"].weight)
            nn.init.zeros_(block.adapter["up"].bias)
        self.prompt_tokens = nn.Parameter(0.02 * torch.randn(1, 4, d))

    def forward(self, x):
        v = self.vit
        x = v.patch_embed(x.view(-1, 1, 28, 28)).flatten(2).transpose(1, 2) + v.pos_embed
        x = torch.cat([self.prompt_tokens.expand(len(x), -1, -1), x], 1)
        for block in v.blocks:
            x = block(x)
            x = x + block.adapter["up"](F.relu(block.adapter["down"](x)))
        return v.head(v.norm(x).mean(1))


class Causal(nn.Module):
    """Dilated convolutions with gates and skips (WaveNet)."""

    def __init__(self, depth=7, w=16):
        super().__init__()
        self.start, self.end1, self.end2 = nn.Conv1d(28, w, 1), nn.Conv1d(w, w, 1), nn.Conv1d(w, 10, 1)
        self.filter_convs = nn.ModuleList(nn.Conv1d(w, w, 2, dilation=1 + l % 3) for l in range(depth))
        self.gate_convs = nn.ModuleList(nn.Conv1d(w, w, 2, dilation=1 + l % 3) for l in range(depth))
        self.residual_convs = nn.ModuleList(nn.Conv1d(w, w, 1) for _ in range(depth))
        self.skip_convs = nn.ModuleList(nn.Conv1d(w, w, 1) for _ in range(depth))

    def forward(self, x):
        x, total = self.start(x.view(-1, 28, 28)), 0.0
        for f, g, r, s in zip(
            self.filter_convs, self.gate_convs, self.residual_convs, self.skip_convs, strict=True
        ):
            h = torch.tanh(f(x)) * torch.sigmoid(g(x))
            total = total + s(h).mean(-1, keepdim=True)
            x = r(h) + x[..., -h.shape[-1] :]
        return self.end2(F.relu(self.end1(F.relu(total)))).squeeze(-1)


class Twins(nn.Module):
    """Q-networks: two of the same make, of which the target is not trained."""

    def __init__(self):
        super().__init__()
        self.online = mlp(4, 64, nn.ReLU, sizes=(784, 10))
        self.target = mlp(4, 64, nn.ReLU, sizes=(784, 10)).requires_grad_(False)

    def forward(self, x):
        return self.online(x) - 0.1 * self.target(x)


class Hyper(nn.Module):
    """A network that makes the weights of another."""

    def __init__(self, d=24):
        super().__init__()
        self.stem, self.head = nn.Linear(784, d), nn.Linear(d, 10)
        self.latents = nn.Parameter(torch.randn(4, 8))
        self.hyper = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, d * d))
        self.d = d

    def forward(self, x):
        x = self.stem(x)
        for w in self.hyper(self.latents).view(4, self.d, self.d):
            x = x + 0.5 * F.relu(x @ w / self.d**0.5)
        return self.head(x)


class Graph(nn.Module):
    """Four graph convolutions over the rows."""

    def __init__(self, depth=5, d=32):
        super().__init__()
        self.convs = nn.ModuleList(
            nn.ModuleDict({"lin": nn.Linear(d if l else 28, d, False)}) for l in range(depth)
        )
        self.bias = nn.ParameterList(nn.Parameter(torch.zeros(d)) for _ in range(depth))
        self.lin_out = nn.Linear(d, 10)
        self.register_buffer(
            "near", torch.eye(28) / 2 + torch.diag(torch.ones(27), 1) / 4 + torch.diag(torch.ones(27), -1) / 4
        )

    def forward(self, x):
        x = x.view(-1, 28, 28)
        for conv, b in zip(self.convs, self.bias, strict=True):
            x = F.relu(self.near @ conv["lin"](x) + b)
        return self.lin_out(x.mean(1))


class Swapped(nn.Module):
    """A decoder that is declared before its encoder, and a two-stage network with stages of blocks."""

    def __init__(self, d=48):
        super().__init__()
        self.decoder = mlp(4, d, nn.ReLU, he(), sizes=(16, 784))
        self.encoder = mlp(4, d, nn.ReLU, he(), sizes=(784, 16))

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Stages(nn.Module):
    """layer1.0 to layer3.1, as torchvision names them, widths doubling."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(1, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8)
        last = 8
        for stage, n in enumerate((8, 16, 32), 1):
            blocks = []
            for k in range(2):
                stride = 2 if stage > 1 and k == 0 else 1
                block = nn.Module()
                block.conv1, block.bn1 = nn.Conv2d(last, n, 3, stride, 1, bias=False), nn.BatchNorm2d(n)
                block.conv2, block.bn2 = nn.Conv2d(n, n, 3, 1, 1, bias=False), nn.BatchNorm2d(n)
                block.downsample = None
                if stride > 1:
                    block.downsample = nn.Sequential(
                        nn.Conv2d(last, n, 1, stride, bias=False), nn.BatchNorm2d(n)
                    )
                blocks.append(block)
                last = n
            setattr(self, f"layer{stage}", nn.Sequential(*blocks))
        self.fc = nn.Linear(last, 10)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x.view(-1, 1, 28, 28))))
        for stage in (self.layer1, self.layer2, self.layer3):
            for b in stage:
                skip = x if b.downsample is None else b.downsample(x)
                x = F.relu(skip + b.bn2(b.conv2(F.relu(b.bn1(b.conv1(x))))))
        return self.fc(x.mean((2, 3)))


class Dueling(nn.Module):
    """A trunk with two streams (value, advantage), and PReLU."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(784, 64), nn.PReLU(), nn.Linear(64, 64), nn.PReLU())
        self.value_stream = nn.Sequential(nn.Linear(64, 64), nn.PReLU(), nn.Linear(64, 1))
        self.advantage_stream = nn.Sequential(nn.Linear(64, 64), nn.PReLU(), nn.Linear(64, 10))

    def forward(self, x):
        x = self.features(x)
        a = self.advantage_stream(x)
        return self.value_stream(x) + a - a.mean(1, keepdim=True)


def bn_mlp(depth, n=64):
    layers, last = [], 784
    for _ in range(depth):
        layers += [nn.Linear(last, n), nn.BatchNorm1d(n), nn.ReLU()]
        last = n
    return nn.Sequential(*layers, nn.Linear(n, 10))


def spectral(net):
    return nn.Sequential(*(spectral_norm(m) if isinstance(m, nn.Linear) else m for m in net))


def dead_branch():
    net = Fixup()
    for block in net.layers:
        he()(block[1])
    with torch.no_grad():
        for block in net.layers:
            block[0].bias.fill_(-100.0)
    return net


def conv_plain(depth, bn, width=12):
    layers, last = [nn.Unflatten(1, (1, 28, 28))], 1
    for l in range(depth):
        layers += [nn.Conv2d(last, width, 3, 2 if l == 0 else 1, 1)]
        layers += [nn.BatchNorm2d(width)] if bn else []
        layers += [nn.ReLU()]
        last = width
        if not bn:
            he()(layers[-2])
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 10))


def widening(widths, act=nn.ReLU):
    layers, last = [], 784
    for n in widths:
        layers += [nn.Linear(last, n), act()]
        he()(layers[-2])
        last = n
    return nn.Sequential(*layers, nn.Linear(last, 10))


def wn(depth, n):
    layers, last = [], 784
    for _ in range(depth):
        layers += [weight_norm(nn.Linear(last, n)), nn.ReLU()]
        last = n
    return nn.Sequential(*layers, nn.Linear(n, 10))


def biased(net, at, value):
    with torch.no_grad():
        net[at].bias.fill_(value)
    return net


class Detached(nn.Module):
    """The trunk hears nothing of the loss, and its parameters get zeros."""

    def __init__(self):
        super().__init__()
        self.trunk, self.head = mlp(5, 64, nn.ReLU, he(), sizes=(784, 64)), nn.Linear(64, 10)

    def forward(self, x):
        h = self.trunk(x)
        return self.head(h.detach()) + 0.0 * h.sum()


HEALTHY = {
    "He ReLU 8": lambda: mlp(8, 100, nn.ReLU, he()),
    "He ReLU 20": lambda: mlp(20, 100, nn.ReLU, he()),
    "He ReLU 30 x 64": lambda: mlp(30, 64, nn.ReLU, he()),
    "He GELU 8": lambda: mlp(8, 100, nn.GELU, he()),
    "PyTorch ReLU 3": lambda: mlp(3, 128, nn.ReLU),
    "PyTorch ReLU 5": lambda: mlp(5, 100, nn.ReLU),
    "PyTorch ReLU 7": lambda: mlp(7, 100, nn.ReLU),
    "PyTorch tanh 6": lambda: mlp(6, 100, nn.Tanh),
    "PyTorch tanh 10": lambda: mlp(10, 100, nn.Tanh),
    "PyTorch SiLU 4": lambda: mlp(4, 100, nn.SiLU),
    "PyTorch GELU 4": lambda: mlp(4, 100, nn.GELU),
    "Keras ReLU 5": lambda: mlp(5, 100, nn.ReLU, glorot),
    "Keras tanh 20": lambda: mlp(20, 100, nn.Tanh, glorot),
    "SELU 12": lambda: mlp(12, 100, nn.SELU, lambda m: nn.init.normal_(m.weight, std=m.in_features**-0.5)),
    "sigmoid 2": lambda: mlp(2, 64, nn.Sigmoid, glorot),
    "no biases": lambda: mlp(8, 100, nn.ReLU, he(), bias=False),
    "orthogonal tanh 30": lambda: mlp(30, 64, nn.Tanh, lambda m: nn.init.orthogonal_(m.weight)),
    "weight norm 6": lambda: wn(6, 64),
    "weight norm 4": lambda: wn(4, 100),
    "zero head": lambda: zero_head(mlp(6, 100, nn.ReLU, he())),
    "NeRF": NeRF,
    "autoencoder": Autoencoder,
    "U-Net": UNet,
    "widening": lambda: widening([16, 32, 64, 128, 256, 512]),
    "narrowing": lambda: widening([512, 256, 128, 64, 32, 16]),
    "declared backwards": Backwards,
    "actor and critic": Branches,
    "LoRA": lambda: nn.Sequential(
        *(LoRA(m) if isinstance(m, nn.Linear) else m for m in mlp(6, 64, nn.ReLU, he()))
    ),
    "frozen": Frozen,
    "two tasks": TwoTasks,
    "ReZero": lambda: Fixup(rezero=True),
    "Fixup": Fixup,
    "adaLN-zero": DiT,
    "ViT pre-norm": ViT,
    "ViT pre-norm 12": lambda: ViT(12),
    "ViT post-norm": lambda: ViT(how="post"),
    "ViT LayerScale 1e-1": lambda: ViT(gamma=0.1),
    "ViT LayerScale 1e-6": lambda: ViT(gamma=1e-6),
    "ViT stochastic depth": lambda: ViT(8, skip=0.3),
    "ViT zero branches": lambda: zero_branches(ViT()),
    "GPT tied": Tied,
    "GPT untied": lambda: Tied(tied=False),
    "nn encoder pre 6": lambda: Encoder(6, norm_first=True),
    "nn encoder pre 12 copies": lambda: Encoder(12, norm_first=True, anew=False),
    "nn encoder post 4": lambda: Encoder(4),
    "MoE": MoE,
    "ResNet": ResNet,
    "ResNet 12": lambda: ResNet(12),
    "ResNet zero gamma": lambda: ResNet(zero_gamma=True),
    "ResNet stochastic depth": lambda: ResNet(8, skip=0.3),
    "ConvNeXt": ConvNeXt,
    "ConvNeXt 1e-2": lambda: ConvNeXt(gamma=1e-2),
    "conv BN 6": lambda: conv_plain(6, True),
    "conv BN 14": lambda: conv_plain(14, True),
    "conv He 8": lambda: conv_plain(8, False),
    "SIREN": Siren,
    "flow": Flow,
    "state spaces": Mamba,
    "diffusion": Timed,
    "sequence to sequence": Seq2Seq,
    "adapters": Adapted,
    "dilated": Causal,
    "Q-networks": Twins,
    "hypernetwork": Hyper,
    "graph": Graph,
    "decoder first": Swapped,
    "stages": Stages,
    "dueling": Dueling,
    "BN MLP 8": lambda: bn_mlp(8),
    "BN MLP 20": lambda: bn_mlp(20),
    "spectral norm": lambda: spectral(mlp(5, 64, nn.LeakyReLU)),
    "RNN": lambda: Rows(nn.RNN),
    "LSTM": lambda: Rows(nn.LSTM),
    "LSTM 4": lambda: Rows(nn.LSTM, 4),
    "GRU two ways": lambda: Rows(nn.GRU, 2, both=True),
}

SICK = {
    "Keras ReLU 30": lambda: mlp(30, 100, nn.ReLU, glorot),
    "Keras ReLU 20": lambda: mlp(20, 100, nn.ReLU, glorot),
    "Keras GELU 20": lambda: mlp(20, 100, nn.GELU, glorot),
    "PyTorch ReLU 20": lambda: mlp(20, 100, nn.ReLU),
    "PyTorch GELU 14": lambda: mlp(14, 100, nn.GELU),
    "He x 0.5": lambda: mlp(10, 100, nn.ReLU, he(0.5)),
    "He x 3": lambda: mlp(12, 100, nn.ReLU, he(3.0)),
    "He x 1.5, 30": lambda: mlp(30, 100, nn.ReLU, he(1.5)),
    "tanh N(0, 0.02)": lambda: mlp(10, 100, nn.Tanh, normal(0.02)),
    "tanh N(0, 1)": lambda: mlp(20, 100, nn.Tanh, normal(1.0)),
    "sigmoid 6": lambda: mlp(6, 100, nn.Sigmoid),
    "sigmoid 12": lambda: mlp(12, 100, nn.Sigmoid, glorot),
    "dead layer": lambda: biased(mlp(6, 64, nn.ReLU, he()), 5, -100.0),
    "detached": Detached,
    "backwards sigmoid": lambda: Backwards(nn.Sigmoid, 8, init=False),
    "dead branches": dead_branch,
    "all zero": lambda: mlp(6, 64, nn.ReLU, normal(0.0)),
    "nn encoder post 24 copies": lambda: Encoder(24, anew=False),
}


def printed(name, p):
    """The lines of a parameter; the queries, keys and values of PyTorch's attention each by themselves."""
    if p.requires_grad:
        grad = torch.zeros_like(p) if p.grad is None else p.grad
        thirds = zip([".q", ".k", ".v"], p.detach().chunk(3), grad.chunk(3), strict=True)
        for end, value, g in thirds if name.endswith("in_proj_weight") else [("", p.detach(), grad)]:
            norm, size = g.norm(dtype=torch.float64), value.norm(dtype=torch.float64)
            zeros, shape = (g == 0.0).double().mean(), "x".join(map(str, value.shape))
            yield f"{name}{end},{shape},{norm:.6g},{size:.6g},{zeros:.4g}"


def logged(make, seed=0, steps=STEPS, rate=1e-3, optimiser="adam"):
    """Train a network and return the lines of its gradients, and the share of digits that it has right."""
    torch.manual_seed(seed)
    net, (x, y) = make(), digits()
    wanted = [p for p in net.parameters() if p.requires_grad]
    made = torch.optim.Adam if optimiser == "adam" else torch.optim.SGD
    update, lines = made(wanted, rate), ["step,layer,shape,grad_norm,weight_norm,zeros"]
    net.train()
    for step in range(max(steps) + 1):
        pick = torch.randint(len(x), (64,))
        out = net(x[pick])
        if isinstance(out, tuple):
            loss = F.cross_entropy(*out)
        elif out.shape[1] == 784:
            loss = F.mse_loss(out, x[pick])
        else:
            loss = F.cross_entropy(out, y[pick])
        update.zero_grad(set_to_none=False)
        loss.backward()
        if step in steps:
            lines += [f"{step},{line}" for name, p in net.named_parameters() for line in printed(name, p)]
        update.step()
    net.eval()
    with torch.no_grad():
        out = net(x)
        right = (
            math.nan if isinstance(out, tuple) or out.shape[1] != 10 else (out.argmax(1) == y).double().mean()
        )
    return "\n".join(lines), float(right)
