namespace Ingester.Recording.Sessions;

/// <summary>The name of a connection in logs: <c>binance#3</c>.</summary>
internal readonly record struct ConnectionName(string Exchange, int Id)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Exchange}#{Id}";
}
