using Ingester.Core.Exchanges;

namespace Ingester.Testing.Fakes;

/// <summary>A <see cref="FakeExchange"/> whose market lists have pages.</summary>
/// <param name="next">The request for the page after this one; null when it is the last.</param>
internal sealed class PagedExchange(Func<RestCall, RestCall?> next) : FakeExchange, IPagedMarketList
{
    public RestCall? NextPage(RestCall call, ReadOnlySpan<byte> body) => next(call);
}
