namespace Ingester.Simulator.Archive;

/// <summary>A flaw that the published files of exchanges have had, in lower case the first part of the path.</summary>
internal enum ArchiveFlaw
{
    /// <summary>No flaw.</summary>
    Plain,

    /// <summary>No flaw, with a header.</summary>
    Header,

    /// <summary>No flaw, with times in microseconds and <c>True</c> instead of <c>true</c>.</summary>
    Microseconds,

    /// <summary>A quarter of the trades is missing in the middle; the checksum matches.</summary>
    Hole,

    /// <summary>The second half of the trades is missing; the checksum matches.</summary>
    Truncated,

    /// <summary>Five trades are there twice.</summary>
    Repeated,

    /// <summary>A trade has another price.</summary>
    Price,

    /// <summary>A trade has the other side.</summary>
    Side,

    /// <summary>A trade has another time.</summary>
    Time,

    /// <summary>A trade that nobody was sent.</summary>
    Extra,

    /// <summary>The checksum does not match.</summary>
    Checksum,

    /// <summary>Half of the zip is missing; the checksum is that of the complete one.</summary>
    Broken,
}
