namespace Ingester.Core.Exchanges;

/// <summary>Capability of an exchange whose market lists have several pages.</summary>
internal interface IPagedMarketList
{
    /// <summary>The request for the page after this one; null when it is the last.</summary>
    /// <param name="call">The request of this page.</param>
    /// <param name="body">The response.</param>
    /// <exception cref="System.Text.Json.JsonException">The response has an unexpected format.</exception>
    RestCall? NextPage(RestCall call, ReadOnlySpan<byte> body);
}
