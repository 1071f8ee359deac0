using Ingester.Paper.History;

namespace Ingester.Paper.Models;

/// <summary>
/// The built-in model: two averages and a momentum. The expected price moves by the mean of the trend (short average over long average, minus 1) and the momentum. The
/// direction is up or down if both agree, otherwise flat.
/// </summary>
internal sealed class TechnicalModel : IPredictor
{
    /// <summary>Its confidence, whatever the data.</summary>
    public const decimal Confidence = 0.7m;

    /// <inheritdoc/>
    public string Name => "technical";

    /// <inheritdoc/>
    public ValueTask<ModelAnswer> PredictAsync(Features features, CancellationToken cancellation) => ValueTask.FromResult(Predict(features));

    /// <summary>Predicts.</summary>
    /// <param name="features">What is known.</param>
    public static ModelAnswer Predict(Features features)
    {
        var trend = features.ShortAverage / features.LongAverage - 1;
        var direction = (trend, features.Momentum) switch
        {
            ( > 0, > 0) => Direction.Up,
            ( < 0, < 0) => Direction.Down,
            _ => Direction.Flat,
        };
        return new(Math.Max(features.Price * (1 + (trend + features.Momentum) / 2), features.Price / 100), direction, Confidence);
    }
}
