namespace Ingester.Paper.Models;

/// <summary>The expected direction of a price.</summary>
internal enum Direction
{
    /// <summary>The price falls.</summary>
    Down = -1,

    /// <summary>No direction is expected.</summary>
    Flat = 0,

    /// <summary>The price rises.</summary>
    Up = 1,
}
