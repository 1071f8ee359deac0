namespace Ingester.Paper.Execution;

/// <summary>A price of a recorded book and the size at it.</summary>
/// <param name="Price">Price in quote units.</param>
/// <param name="Size">Size in the exchange's unit; in a change, zero removes the level.</param>
internal readonly record struct PriceLevel(decimal Price, decimal Size);
