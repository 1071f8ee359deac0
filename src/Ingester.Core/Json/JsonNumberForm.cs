namespace Ingester.Core.Json;

/// <summary>How an exchange writes the numbers of a message.</summary>
internal enum JsonNumberForm : byte
{
    /// <summary>With or without quotes.</summary>
    Any,

    /// <summary>Prices and sizes in quotes, ids without.</summary>
    QuotedDecimals,

    /// <summary>All without quotes.</summary>
    Unquoted,
}
