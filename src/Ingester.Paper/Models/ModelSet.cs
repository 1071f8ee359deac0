using Ingester.Paper.History;

namespace Ingester.Paper.Models;

/// <summary>All models of a run.</summary>
/// <param name="models">The models, in the order of the configuration.</param>
internal sealed class ModelSet(IReadOnlyList<GuardedModel> models)
{
    /// <summary>Asks all models concurrently. Models that fail are left out.</summary>
    /// <param name="features">What is known.</param>
    /// <param name="cancellation">Cancels the requests.</param>
    /// <returns>The prediction, null if no model answered with any confidence; and the models that failed.</returns>
    public async Task<(Prediction? Prediction, IReadOnlyList<ModelFailure> Failures)> PredictAsync(Features features, CancellationToken cancellation)
    {
        var results = await Task.WhenAll(models.Select(model => model.PredictAsync(features, cancellation)));
        var answers = new List<NamedAnswer>();
        var failures = new List<ModelFailure>();
        for (var index = 0; index < results.Length; index++)
            if (results[index].Answer is { } answer)
                answers.Add(new(models[index].Name, answer));
            else
                failures.Add(results[index].Failure!);
        return (Ensemble.Combine(answers), failures);
    }
}
