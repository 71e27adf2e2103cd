"""The questions of the concept inventory: each wrong answer is a confusion that learners are known to have."""

from autograd.teaching.question import Answer, Question

WEIGHTS = (-0.9, -0.8, -0.7, -0.6, -0.4, -0.3, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9)
INPUTS = (0.2, 0.3, 0.4, 0.6, 0.7, 0.8)
TARGETS = (0.0, 1.0)
RATES = (0.1, 0.2, 0.5)
WHOLE = (2.0, 3.0, 4.0, 5.0)

NEURON = "z = w*x + b; a = sigmoid(z); C = (a - y)**2"
HALVED = "z = w*x + b; a = sigmoid(z); C = (y - a)**2/2"
CHAIN = "z1 = w1*x + b1; a1 = sigmoid(z1); z2 = w2*a1 + b2; a2 = sigmoid(z2); C = (a2 - y)**2"
OF_NEURON = {"x": INPUTS, "w": WEIGHTS, "b": WEIGHTS, "y": TARGETS}
OF_CHAIN = {"x": INPUTS, "w1": WEIGHTS, "b1": WEIGHTS, "w2": WEIGHTS, "b2": WEIGHTS, "y": TARGETS}

QUESTIONS = (
    Question(
        "the factors of one weight", NEURON, OF_NEURON, "What is ∂C/∂w?",
        Answer("∂C/∂w", "Three factors, one for each step from w to C: x · σ'(z) · 2(a − y)."),
        (
            Answer("∂C/∂w", "σ'(z) is left out: the step from z to a counts as if a were z.", "a forgotten σ'"),
            Answer("σ'(z)*2*(a - y)", "∂z/∂w = x is left out. That is the derivative with respect to b."),
            Answer("x*z*2*(a - y)", "z stands where its effect belongs, ∂a/∂z = σ'(z)."),
        ),
        "02-one-weight#One neuron: a derivative on every arrow", ("σ'(z)",),
    ),
    Question(
        "the bias", NEURON, OF_NEURON, "What is ∂C/∂b?",
        Answer("∂C/∂b", "z grows as fast as b, so ∂z/∂b = 1 and two factors are left: σ'(z) · 2(a − y)."),
        (
            Answer("x*σ'(z)*2*(a - y)", "The bias is treated like the weight, with the factor x of its input."),
            Answer("b*σ'(z)*2*(a - y)", "∂z/∂b is taken for b itself; it is 1."),
            Answer("w*σ'(z)*2*(a - y)", "∂z/∂b is taken for w. That is the derivative with respect to x."),
        ),
        "02-one-weight#One neuron: a derivative on every arrow", ("σ'(z)",),
    ),
    Question(
        "a derivative is no equation", NEURON, OF_NEURON, "What is ∂C/∂a?",
        Answer("∂C/∂a", "The slope of (a − y)² as a moves: 2(a − y)."),
        (
            Answer("C", "The cost itself, not how fast it changes."),
            Answer("a - y", "The 2 that the square brings down is left out."),
            Answer("∂C/∂z", "One step too far: with σ'(z) it is ∂C/∂z, the error δ."),
        ),
        "02-one-weight#Keep the chain and append?", ("σ'(z)",),
    ),
    Question(
        "one layer back", CHAIN, OF_CHAIN, "What is ∂C/∂w1?",
        Answer("∂C/∂w1", "Five factors, one for each step: x · σ'(z1) · w2 · σ'(z2) · 2(a2 − y)."),
        (
            Answer("x*σ'(z1)*σ'(z2)*2*(a2 - y)", "∂z2/∂a1 = w2 is left out: the step from one neuron to the next."),
            Answer("x*σ'(z1)*a1*σ'(z2)*2*(a2 - y)", "At z2 the path goes on to a1, with ∂z2/∂a1 = w2, not to w2."),
            Answer("2*(a2 - y)*σ'(z2)*a1*w1*x", "The chain of w2 is kept whole, a1 and all, and continued."),
        ),
        "02-one-weight#Keep the chain and append?", ("σ'(z1)", "σ'(z2)"),
    ),
    Question(
        "examples are averaged", "C1 = (w*x1 - y1)**2; C2 = (w*x2 - y2)**2; C = (C1 + C2)/2",
        {"w": WEIGHTS, "x1": WHOLE, "y1": WHOLE, "x2": WHOLE, "y2": WHOLE},
        "C is the mean over two examples. What is ∂C/∂w?",
        Answer("∂C/∂w", "The gradient of a mean is the mean of the gradients."),
        (
            Answer("2*∂C/∂w", "The gradients are added up, and not divided by the number of examples."),
            Answer("(w*x2 - y2)*2*x2", "The last example alone."),
            Answer("2*(w*(x1 + x2)/2 - (y1 + y2)/2)*(x1 + x2)/2", "The gradient at an average example."),
        ),
        "02-one-weight#Is C the loss of one example or the average?",
    ),
    Question(
        "which squared error", HALVED, OF_NEURON, "This cost has a ½. What is δ = ∂C/∂z?",
        Answer("∂C/∂z", "The 2 of the square and the ½ cancel: (a − y) · σ'(z)."),
        (
            Answer("2*(a - y)*σ'(z)", "The δ of a course that writes the cost without the ½."),
            Answer("a - y", "The δ of a course whose cost is the cross-entropy, where σ' cancels."),
            Answer("∂C/∂z", "The minus in y − a is lost on the way to a.", "the wrong sign of a subtraction"),
        ),
        "02-one-weight#Why does my book have a ½ there?", ("σ'(z)",),
    ),
    Question(
        "a hidden neuron has no target", CHAIN, OF_CHAIN, "What is ∂C/∂a1, for the hidden neuron?",
        Answer("∂C/∂a1", "What arrives from the next layer: w2 · σ'(z2) · 2(a2 − y)."),
        (
            Answer("2*(a1 - y)", "The hidden neuron is given the target of the output."),
            Answer("2*(a1 - a2)", "The next activation is taken for a target."),
            Answer("∂C/∂a1", "σ'(z2) is left out on the way back.", "a forgotten σ'"),
        ),
        "03-hidden-neurons#What if I pretend that there is a target?", ("σ'(z2)",),
    ),
    Question(
        "a hidden neuron has no cost of its own", CHAIN, OF_CHAIN, "What is ∂C/∂w1?",
        Answer("∂C/∂w1", "The same three factors as for an output; only the last one is what arrives, ∂C/∂a1."),
        (
            Answer("x*σ'(z1)*2*∂C/∂a1", "A cost (∂C/∂a1)² is made up for the hidden neuron, and its 2 comes down."),
            Answer("x*σ'(z1)*2*(a1 - y)", "The hidden neuron is given the target of the output."),
            Answer("x*σ'(z1)*2*(a2 - y)", "∂C/∂a2 is handed on as it is, without σ'(z2) and w2."),
        ),
        "03-hidden-neurons#What if I pretend that there is a target?", ("σ'(z1)", "σ'(z2)", "∂C/∂a1"),
    ),
    Question(
        "a sum over paths", "z1 = w1*h; z2 = w2*h; a1 = sigmoid(z1); a2 = sigmoid(z2); C = (a1 - y1)**2 + (a2 - y2)**2",
        {"h": INPUTS, "w1": WEIGHTS, "w2": WEIGHTS, "y1": TARGETS, "y2": TARGETS},
        "One hidden activation h feeds two outputs. What is ∂C/∂h?",
        Answer("∂C/∂h", "h reaches the cost by two paths, and what they contribute is added."),
        (
            Answer("∂C/∂h", "The path that came last replaces the other: = where += belongs.", "= for +="),
            Answer("w2*∂C/∂z2", "One path alone, that through the second output."),
            Answer("∂C/∂h/2", "The paths are averaged; they add up."),
        ),
        "03-hidden-neurons#From a hidden neuron to the cost", ("∂C/∂z1", "∂C/∂z2"),
    ),
    Question(
        "what δ is", NEURON, OF_NEURON, "What is the error δ of this output neuron?",
        Answer("∂C/∂z", "δ = ∂C/∂z: the slope with respect to z, before the sigmoid."),
        (
            Answer("∂C/∂a", "∂C/∂a, one step short: δ has one more factor, σ'(z)."),
            Answer("a - y", "How far off the output is. That is δ only for the cross-entropy."),
            Answer("∂C/∂w", "∂C/∂w, one step too far: it is x · δ."),
        ),
        "03-hidden-neurons#The demon", ("σ'(z)",),
    ),
    Question(
        "the transpose",
        "z1 = w11*a1 + w12*a2; z2 = w21*a1 + w22*a2; C = (z1 - y1)**2 + (z2 - y2)**2",
        dict.fromkeys(("a1", "a2", "y1", "y2"), INPUTS) | dict.fromkeys(("w11", "w12", "w21", "w22"), WEIGHTS),
        "w12 is the weight to neuron 1 from a2. What is ∂C/∂a1?",
        Answer("∂C/∂a1", "The weights that leave a1: w11 δ1 + w21 δ2, a column of W, and so a row of Wᵀ."),
        (
            Answer("w11*∂C/∂z1 + w12*∂C/∂z2", "W without its transpose: a row, whose w12 is no weight of a1."),
            Answer("∂C/∂a1", "The second output's part is lost: = where += belongs.", "= for +="),
            Answer("∂C/∂z1 + ∂C/∂z2", "The errors are added without the weights that they come back along."),
        ),
        "04-matrix-form#Why the transpose?", ("∂C/∂z1", "∂C/∂z2"),
    ),
    Question(
        "the order of the backward pass", "c = a + b; d = a*b; y = (c + d) + c*d",
        {"a": WHOLE, "b": WHOLE}, "What is ∂y/∂a?",
        Answer("∂y/∂a", "c and d hand on what they got only after all of it has arrived."),
        (
            Answer("∂y/∂a", "Nodes hand on what they have each time something arrives, so some of it counts twice.",
                   "recursion without topological order"),
            Answer("∂y/∂a", "What arrives last replaces what came before.", "= for +="),
            Answer("∂y/∂c", "The paths through c alone; those through d are left out."),
        ),
        "05-order#What if a node does not wait?",
    ),
    Question(
        "a node that is used twice", "y = x*x + k*x", {"x": WHOLE, "k": (7.0, 8.0, 9.0)}, "What is ∂y/∂x?",
        Answer("∂y/∂x", "x has three edges, two of them into x·x, and each one counts: 2x + k."),
        (
            Answer("∂y/∂x", "x·x keeps x once, as a set would: one of its two edges is lost.", "parents kept in a set"),
            Answer("∂y/∂x", "Only what arrived last is left.", "= for +="),
            Answer("x*x + k", "x·x is taken for a factor of its own derivative."),
        ),
        "06-autopsy#Which programs cannot tell two faults apart?",
    ),
    Question(
        "two passes", "u = w*x; v = u + b; C = v*v", {"w": WHOLE, "x": WHOLE, "b": WHOLE},
        "backward() runs twice, without zero_grad() between. Computed nodes start each pass at 0, leaves do not. "
        "What is w.grad now?",
        Answer("2*∂C/∂w", "A leaf adds up what comes: the gradient stands there twice."),
        (
            Answer("∂C/∂w", "A pass does not clear the leaves; zero_grad() does that."),
            Answer("∂C/∂w", "Computed nodes keep theirs, too, so the second pass hands on the first once more.",
                   "no zeroing"),
        ),
        "01-gradient#All derivatives at once",
    ),
    Question(
        "the central difference", "C = w**3", {"w": (1.0, 2.0, 3.0), "h": (0.5, 1.0)},
        "Nudge w by h to both sides. What does the central difference say?",
        Answer("((w + h)**3 - (w - h)**3)/(2*h)", "Two nudges are 2h apart, so the difference is divided by 2h."),
        (
            Answer("((w + h)**3 - (w - h)**3)/h", "Divided by h: twice as much."),
            Answer("((w + h)**3 - w**3)/h", "A nudge to one side, whose error is much larger."),
            Answer("∂C/∂w", "The derivative itself, which the difference comes near."),
        ),
        "07-checking#A witness that knows no calculus",
    ),
    Question(
        "a flat sigmoid", NEURON, {"x": (0.8, 0.9, 1.0), "w": (3.0, 4.0), "b": (0.2, 0.3, 0.4), "y": (0.0,)},
        "The output is about as wrong as it gets. How steep is the cost, ∂C/∂z?",
        Answer("∂C/∂z", "Very wrong and yet hardly any slope: σ'(z) is almost 0 where the sigmoid is flat."),
        (
            Answer("∂C/∂a", "“The more wrong, the steeper”: true of ∂C/∂a, but σ'(z) comes between."),
            Answer("0", "A flat sigmoid lets little through, but not nothing."),
            Answer("2*(a - y)*dsigmoid(a)", "σ' is taken at a; it belongs at z."),
        ),
        "08-cost#How wrong, and how willing to learn?", ("σ'(z)", "σ'(a)"),
    ),
    Question(
        "why σ' cancels", "z = w*x + b; a = sigmoid(z); C = -y*log(a) - (1 - y)*log(1 - a)", OF_NEURON,
        "The cost is the cross-entropy. What is δ = ∂C/∂z?",
        Answer("∂C/∂z", "∂C/∂a = (a − y)/(a(1 − a)), and σ'(z) = a(1 − a) cancels: a − y is left."),
        (
            Answer("(a - y)*σ'(z)", "σ' is kept, as for the squared error; here it cancels."),
            Answer("y - a", "The leading minus of the cost is lost."),
            Answer("∂C/∂a", "∂C/∂a, before σ'(z): δ is one step further."),
        ),
        "08-cost#Why does σ′ cancel?", ("σ'(z)",),
    ),
    Question(
        "biases are not punished", "E = (w*x + b - y)**2; J = E + lam*w**2/2",
        {"x": WHOLE, "w": WEIGHTS, "b": WEIGHTS, "y": WHOLE, "lam": (1.0, 2.0)},
        "The penalty λ/2 · w² has been added to the error E. What is ∂J/∂b?",
        Answer("∂J/∂b", "The penalty has weights only, so the bias has the derivative of the error alone."),
        (
            Answer("∂J/∂b + lam*b", "The bias is punished like a weight."),
            Answer("∂J/∂b + lam*w", "The penalty's slope for w is added to that of b."),
            Answer("∂J/∂w", "The derivative with respect to w."),
        ),
        "08-cost#Are the biases punished, too?",
    ),
    Question(
        "one step downhill", NEURON, {**OF_NEURON, "eta": RATES}, "Gradient descent takes one step. What is the new w?",
        Answer("w - eta*∂C/∂w", "Against the slope, by η times the slope."),
        (
            Answer("w + eta*∂C/∂w", "Uphill: the sign is wrong."),
            Answer("w - ∂C/∂w", "The learning rate is left out."),
            Answer("w*(1 - eta*∂C/∂w)", "The step is taken relative to w; it is subtracted as it is."),
        ),
        "09-learning#By how much do the weights change?", ("∂C/∂w",),
    ),
    Question(
        "all gradients first", CHAIN, {**OF_CHAIN, "eta": (5.0, 10.0)},
        "Gradient descent moves all weights at once. By how much does w1 change?",
        Answer("-eta*∂C/∂w1", "All gradients are computed at the old weights; only then do the weights move."),
        (
            Answer("-eta*x*σ'(z1)*(w2 - eta*∂C/∂w2)*∂C/∂z2", "w2 has moved before its old value was used for w1."),
            Answer("eta*∂C/∂w1", "Uphill: the sign is wrong."),
            Answer("-eta*∂C/∂w2", "The change of w2."),
        ),
        "09-learning#Are all gradients computed before any weight changes?", ("σ'(z1)", "∂C/∂z2", "∂C/∂w2"),
    ),
)  # fmt: skip
