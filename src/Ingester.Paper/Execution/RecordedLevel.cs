namespace Ingester.Paper.Execution;

/// <summary>A level of the recorded book, with the part of it that simulated orders have taken.</summary>
/// <param name="price">Price in quote units.</param>
/// <param name="size">Recorded size.</param>
internal sealed class RecordedLevel(decimal price, decimal size)
{
    /// <summary>Price in quote units.</summary>
    public decimal Price => price;

    /// <summary>Recorded size.</summary>
    public decimal Size => size;

    /// <summary>What simulated orders have taken since the recorded size changed last.</summary>
    public decimal Consumed { get; set; }

    /// <summary>What is left for simulated orders.</summary>
    public decimal Available => Size - Consumed;
}
