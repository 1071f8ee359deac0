using Ingester.Paper.History;
using Ingester.Paper.Models;

namespace Ingester.Paper.Engine;

/// <summary>The kill file and the models as they are now.</summary>
/// <param name="models">The models.</param>
/// <param name="killFile">The path of the kill file; null or empty for none.</param>
internal sealed class PresentInputs(ModelSet models, string? killFile) : IRunInputs
{
    /// <inheritdoc/>
    public bool IsKilled(long micros) => killFile is { Length: > 0 } && File.Exists(killFile);

    /// <inheritdoc/>
    public Task<(Prediction? Prediction, IReadOnlyList<ModelFailure> Failures)> PredictAsync(long micros, string market, Features features, CancellationToken cancellation) =>
        models.PredictAsync(features, cancellation);
}
