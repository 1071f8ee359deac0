namespace Ingester.Core.Books;

/// <summary>One price of a book and what is wanted or offered there.</summary>
/// <param name="Price">Price in quote units.</param>
/// <param name="Size">Size in base units; in a change, zero removes the level.</param>
public readonly record struct BookLevel(ExactDecimal Price, ExactDecimal Size);
