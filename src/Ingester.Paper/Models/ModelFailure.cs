namespace Ingester.Paper.Models;

/// <summary>A model that was left out of a prediction.</summary>
/// <param name="Name">The name of the model.</param>
/// <param name="Reason">Why, as a part of a sentence.</param>
internal sealed record ModelFailure(string Name, string Reason);
