using System.Net;

namespace Ingester.Status;

/// <summary>
/// Which names the status page may be addressed by (the header <c>Host</c>). A page of another site can resolve its own name to this address and then read what is
/// answered (DNS rebinding); its requests carry that name. An address in numbers is never such a name.
/// </summary>
internal sealed class StatusHosts
{
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
    private readonly bool all;
    private readonly bool numbers; // where nothing was set, addresses in numbers are allowed

    /// <summary>Reads the setting.</summary>
    /// <param name="allowed">The names; <c>*</c> for all; empty for the default.</param>
    /// <param name="listen">Where the page listens.</param>
    /// <param name="machine">The name of this machine or container.</param>
    public StatusHosts(IEnumerable<string> allowed, Uri listen, string machine)
    {
        names.UnionWith(allowed);
        all = names.Contains("*");
        numbers = names.Count == 0;
        if (numbers)
            names.UnionWith(["localhost", machine, machine.Split('.')[0], listen.Host]);
    }

    /// <summary>True when a request with this <c>Host</c> is answered. A request without one comes from no browser.</summary>
    public bool Allows(string host) =>
        all || host.Length == 0 || names.Contains(host) || (numbers && IPAddress.TryParse(host, out _));
}
