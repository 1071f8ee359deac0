namespace Ingester.Publishing.Files;

/// <summary>How Parquet files hold prices and sizes.</summary>
public enum NumberForm
{
    /// <summary>Exactly, as <c>decimal(38,18)</c>, with a text column for the values that do not fit.</summary>
    Decimal,

    /// <summary>As 64-bit floating-point numbers: about 15 digits.</summary>
    Double,
}
