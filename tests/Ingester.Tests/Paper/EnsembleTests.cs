using Ingester.Paper.Models;
using Ingester.Paper.Risk;

namespace Ingester.Tests.Paper;

/// <summary>The ensemble and the decision, against tables that were computed by hand.</summary>
public sealed class EnsembleTests
{
    [Fact]
    public void Price_is_weighted_by_confidence_and_confidence_by_agreement()
    {
        // price (110 × 0.9 + 100 × 0.6 + 104 × 0.5) / 2.0 = 105.5; confidence 2.0 / 3 × 2 / 3
        var together = Combine((110, Direction.Up, 0.9m), (100, Direction.Down, 0.6m), (104, Direction.Up, 0.5m))!;
        Assert.Equal((105.5m, Direction.Up), (together.Price, together.Direction));
        Assert.Equal(0.444444m, Math.Round(together.Confidence, 6));
    }

    [Fact]
    public void One_model_keeps_its_values()
    {
        var together = Combine((101, Direction.Up, 0.7m))!;
        Assert.Equal((101m, Direction.Up, 0.7m), (together.Price, together.Direction, together.Confidence));
    }

    [Fact]
    public void Two_directions_with_the_same_number_have_no_majority()
    {
        var together = Combine((101, Direction.Up, 0.9m), (99, Direction.Down, 0.9m))!;
        Assert.Equal((100m, Direction.Flat, 0m), (together.Price, together.Direction, together.Confidence));
    }

    [Fact]
    public void No_model_and_no_confidence_give_no_prediction()
    {
        Assert.Null(Combine());
        Assert.Null(Combine((101, Direction.Up, 0m)));
        Assert.Equal((TradeAction.Hold, "No model has an answer."), (Decision.Make(null, 100, new()).Action, Decision.Make(null, 100, new()).Reason));
    }

    [Theory]
    [InlineData(102.01, 0.76, "Buy")]
    [InlineData(102.00, 0.76, "Hold")] // exactly +2 %
    [InlineData(102.01, 0.75, "Hold")] // exactly the confidence
    [InlineData(97.99, 0.76, "Sell")]
    [InlineData(98.00, 0.76, "Hold")]
    [InlineData(97.99, 0.75, "Hold")]
    [InlineData(100.00, 1.00, "Hold")]
    public void Decision_has_the_limits_of_the_settings(double expected, double confidence, string action) =>
        Assert.Equal(Enum.Parse<TradeAction>(action), Decision.Make(new((decimal)expected, Direction.Up, (decimal)confidence, []), 100, new()).Action);

    private static Prediction? Combine(params (decimal Price, Direction Direction, decimal Confidence)[] answers) =>
        Ensemble.Combine([.. answers.Select(static (one, index) => new NamedAnswer($"m{index}", new(one.Price, one.Direction, one.Confidence)))]);
}
