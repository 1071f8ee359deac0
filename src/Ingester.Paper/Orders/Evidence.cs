namespace Ingester.Paper.Orders;

/// <summary>What is known about the data that an order or a fill rests on. A larger value is worse; the evidence of an order never becomes better.</summary>
internal enum Evidence
{
    /// <summary>The book and the trades are proven complete from the acceptance of the order on.</summary>
    Proven,

    /// <summary>No event is known to be missing, and that is not proven.</summary>
    Unproven,

    /// <summary>Events are missing while the order was open: its result may differ from the one on the exchange.</summary>
    Uncertain,
}
