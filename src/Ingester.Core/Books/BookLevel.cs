namespace Ingester.Core.Books;

/// <summary>One price of a book and the size that is bid or offered at it.</summary>
/// <param name="Price">Price in quote units.</param>
/// <param name="Size">Size in base units; in a diff, zero removes the level.</param>
public readonly record struct BookLevel(ExactDecimal Price, ExactDecimal Size);
