r"""Landscape: how rough is the loss here, and is normalisation smoothing it?

Santurkar et al. 2018 (arXiv:1805.11604), section 3; 苏剑林, 科学空间 6992; Li et al. 2018
(arXiv:1712.09913) for the slice; Ghorbani, Krishnan, Xiao 2019 (arXiv:1901.10159) for the density.

With g = ∇L(θ) and a step to θ − ηg

    range            min and max of L(θ − ηg) over η
    predictiveness   max ‖g(θ) − g(θ − ηg)‖ over η
    effective β      max ‖g(θ) − g(θ − ηg)‖ / ‖ηg‖ over η,   step bound 2/β

A layer Wx + b has ∂L/∂W = (∂L/∂y) xᵀ, so E‖x‖² = Σᵢ E[xᵢ²] bounds how fast that gradient can turn
(the article's |E[x ⊗ x]|₁ with ⊗ elementwise). Taking E[x] away makes it least, E‖x‖² − ‖E x‖²;
dividing by the standard deviations as well makes it d. That is what normalisation does.

Leading eigenvalues of the Hessian come from Lanczos with full reorthogonalisation, so none is found
twice that is there once; each has its residual, and what did not converge says so. One Krylov space
has one copy of an eigenvalue at most, so what was found is locked, and the rest is looked at from
another random vector until nothing larger turns up.

**What it does not show.** One batch at one point: other batches differ, and the loss elsewhere may
be anything. β along one direction is a lower bound of the true constant, so 2/β is no promise. A
slice shows two directions of many. Removing normalisation from a trained model proves nothing; the
paired report trains both from the same weights.

**Cost.** One forward and backward pass for each η; about three for each Hessian-vector product; one
forward pass for each point of the slice.
"""
