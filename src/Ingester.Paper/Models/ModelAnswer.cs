namespace Ingester.Paper.Models;

/// <summary>The answer of one model.</summary>
/// <param name="Price">The expected price, in quote units; positive.</param>
/// <param name="Direction">The expected direction.</param>
/// <param name="Confidence">The confidence, from 0 to 1.</param>
internal sealed record ModelAnswer(decimal Price, Direction Direction, decimal Confidence)
{
    /// <summary>Checks the values of a model that is not part of this program.</summary>
    /// <exception cref="ModelException">A value is not allowed.</exception>
    public ModelAnswer Validate() =>
        Price <= 0 ? throw new ModelException($"its price {Price} is not positive")
        : Confidence is < 0 or > 1 ? throw new ModelException($"its confidence {Confidence} is not between 0 and 1")
        : !Enum.IsDefined(Direction) ? throw new ModelException($"its direction {(int)Direction} is not -1, 0 or 1")
        : this;
}
