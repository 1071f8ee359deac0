using Ingester.Paper.History;

namespace Ingester.Paper.Models;

/// <summary>A model: predicts the price of a market from its features.</summary>
internal interface IPredictor
{
    /// <summary>The name of the model, unique in a run.</summary>
    string Name { get; }

    /// <summary>Predicts.</summary>
    /// <param name="features">What is known.</param>
    /// <param name="cancellation">Cancels the request.</param>
    /// <exception cref="ModelException">The model has no usable answer.</exception>
    ValueTask<ModelAnswer> PredictAsync(Features features, CancellationToken cancellation);
}
