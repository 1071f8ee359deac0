using System.Globalization;

namespace Ingester.Benchmarks.EndToEnd;

/// <summary>
/// The memory limit of a container: a control group (version 2, or version 1 where the machine has no other), in which the kernel kills
/// processes that exceed the limit. Creating one requires root.
/// </summary>
internal sealed class MemoryLimit : IDisposable
{
    private const string Modern = "/sys/fs/cgroup";
    private const string Old = "/sys/fs/cgroup/memory";

    private readonly string group;
    private readonly bool isModern;

    private MemoryLimit(string group, bool isModern) => (this.group, this.isModern) = (group, isModern);

    /// <summary>Peak memory of the group in bytes, including reclaimable page cache.</summary>
    public long Peak => Read(isModern ? "memory.peak" : "memory.max_usage_in_bytes");

    /// <summary>Number of processes in the group that the kernel killed.</summary>
    public long Kills => Counter(isModern ? "memory.events" : "memory.oom_control", "oom_kill");

    /// <summary>Creates a group with a limit in bytes; null if this machine does not permit it.</summary>
    public static MemoryLimit? TryMake(long bytes)
    {
        var isModern = File.Exists($"{Modern}/cgroup.controllers") && File.ReadAllText($"{Modern}/cgroup.controllers").Contains("memory", StringComparison.Ordinal);
        var group = $"{(isModern ? Modern : Old)}/ingester-benchmark-{Environment.ProcessId}";
        try
        {
            if (isModern)
                File.WriteAllText($"{Modern}/cgroup.subtree_control", "+memory");
            Directory.CreateDirectory(group);
            File.WriteAllText($"{group}/{(isModern ? "memory.max" : "memory.limit_in_bytes")}", bytes.ToString(CultureInfo.InvariantCulture));
            return new(group, isModern);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Wraps a command, so that it runs in this group.</summary>
    public IEnumerable<string> Around(IEnumerable<string> command) => ["sh", "-c", $"echo $$ > {group}/cgroup.procs && exec \"$@\"", "sh", .. command];

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(group);

    private long Read(string name) => long.Parse(File.ReadAllText($"{group}/{name}"), CultureInfo.InvariantCulture);

    private long Counter(string name, string counter) => File.ReadLines($"{group}/{name}").Select(line => line.Split(' '))
        .Where(line => line[0] == counter).Select(line => long.Parse(line[1], CultureInfo.InvariantCulture)).FirstOrDefault();
}
