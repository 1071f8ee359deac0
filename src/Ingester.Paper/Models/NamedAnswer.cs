namespace Ingester.Paper.Models;

/// <summary>The answer of a model with its name.</summary>
/// <param name="Name">The name of the model.</param>
/// <param name="Answer">Its answer.</param>
internal sealed record NamedAnswer(string Name, ModelAnswer Answer);
