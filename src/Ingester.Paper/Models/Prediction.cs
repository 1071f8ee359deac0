namespace Ingester.Paper.Models;

/// <summary>What the models expect together.</summary>
/// <param name="Price">The mean of the expected prices, weighted by confidence; in quote units.</param>
/// <param name="Direction">The direction of most models; flat if two directions have the same number.</param>
/// <param name="Confidence">The mean confidence, multiplied by the share of the models that expect <paramref name="Direction"/>.</param>
/// <param name="Answers">The answers, in the order of the configuration.</param>
internal sealed record Prediction(decimal Price, Direction Direction, decimal Confidence, IReadOnlyList<NamedAnswer> Answers);
