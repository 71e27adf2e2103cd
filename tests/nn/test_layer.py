import nn


def test_labels_with_two_digits_are_not_ambiguous() -> None:
    layer = nn.Layer(11, 12, number=3)
    assert layer.neurons[1].w[1].label == "w3_11"
    assert layer.neurons[11].w[1].label == "w3_11,1"
    assert layer.neurons[1].w[10].label == "w3_1,10"
