using System.Net;

namespace Ingester.Status;

/// <summary>
/// Filters requests to the status page by their <c>Host</c> header, against DNS rebinding: a foreign site can resolve its own name to this address
/// and then read the responses, but its requests carry that name. An IP address is never such a name.
/// </summary>
internal sealed class StatusHostFilter
{
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
    private readonly bool allowsAny;
    private readonly bool allowsIpAddresses; // without configured names, IP addresses are allowed

    /// <summary>Creates the filter from the setting.</summary>
    /// <param name="allowed">The names; <c>*</c> for any; empty for the default.</param>
    /// <param name="listen">The address of the page.</param>
    /// <param name="machine">The name of this machine or container.</param>
    public StatusHostFilter(IEnumerable<string> allowed, Uri listen, string machine)
    {
        names.UnionWith(allowed);
        allowsAny = names.Contains("*");
        allowsIpAddresses = names.Count == 0;
        if (allowsIpAddresses)
            names.UnionWith(["localhost", machine, machine.Split('.')[0], listen.Host]);
    }

    /// <summary>True when a request with this <c>Host</c> is allowed. Requests without the header are allowed: browsers always send it.</summary>
    public bool IsAllowed(string host) =>
        allowsAny || host.Length == 0 || names.Contains(host) || (allowsIpAddresses && IPAddress.TryParse(host, out _));
}
