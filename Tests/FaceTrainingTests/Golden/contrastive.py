"""Numbers of DeepID2's verification loss and its gradient from PyTorch's autograd; writes contrastive.json beside itself."""
import json
import pathlib

import torch

torch.manual_seed(8)
torch.set_default_dtype(torch.float64)
labels = [0, 0, 0, 1, 1, 2, 2, 3, -1, -2]
margin = 0.7
raw = torch.randn(len(labels), 7) * 0.4 + torch.randn(1, 7)
x = (raw / raw.norm(dim=1, keepdim=True)).float().double().requires_grad_(True)
same, different = [], []
for i in range(len(labels)):
    for j in range(i):
        distance = (x[i] - x[j]).norm()
        if labels[i] == labels[j]:
            same.append(0.5 * distance**2)
        else:
            different.append(0.5 * torch.relu(margin - distance) ** 2)
loss = torch.stack(same).mean() + torch.stack(different).mean()
loss.backward()
out = {
    "labels": labels, "margin": margin, "embeddings": x.detach().flatten().tolist(), "loss": loss.item(),
    "active": sum(d.item() > 0 for d in different) / len(different), "gradient": x.grad.flatten().tolist()}
pathlib.Path(__file__).with_name("contrastive.json").write_text(json.dumps(out, indent=1) + "\n")
