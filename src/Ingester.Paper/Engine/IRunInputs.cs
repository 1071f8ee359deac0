using Ingester.Paper.History;
using Ingester.Paper.Models;

namespace Ingester.Paper.Engine;

/// <summary>What decides besides market data: the kill file and the answers of the models.</summary>
internal interface IRunInputs
{
    /// <summary>True while the kill file exists. It is read once at the end of each bar.</summary>
    /// <param name="micros">The end of the bar, microseconds UTC.</param>
    bool IsKilled(long micros);

    /// <summary>Asks the models.</summary>
    /// <param name="micros">The end of the bar, microseconds UTC.</param>
    /// <param name="market">Exchange and market, as in the journal.</param>
    /// <param name="features">What is known.</param>
    /// <param name="cancellation">Cancels requests.</param>
    /// <returns>The prediction, null if no model answered with any confidence; and the models that failed.</returns>
    Task<(Prediction? Prediction, IReadOnlyList<ModelFailure> Failures)> PredictAsync(long micros, string market, Features features, CancellationToken cancellation);
}
