namespace Ingester.Client;

/// <summary>A price of an order book and the size at it.</summary>
/// <param name="Price">Price in quote units.</param>
/// <param name="Size">Size in the exchange's unit.</param>
public readonly record struct Level(Number Price, Number Size);
