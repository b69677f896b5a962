namespace Qdiff;

/// <summary>
/// What would mend a wrong input, in the library's terms: whoever offers it to people under a name of its own, as a command line
/// does with options, adds that name.
/// </summary>
public enum Remedy
{
    /// <summary>Nothing besides what the message says.</summary>
    None,

    /// <summary>Naming the folder of the data.</summary>
    DataFolder,

    /// <summary>Naming the folder as a data set of one's own.</summary>
    OwnImages,

    /// <summary>Taking all images instead of a part.</summary>
    AllParts,

    /// <summary>Having the published files of a data set fetched.</summary>
    Download,

    /// <summary>Going on with the run that is there, or giving the new one another name or seed.</summary>
    ResumeOrRename,

    /// <summary>Giving what is new another name.</summary>
    Rename,

    /// <summary>Another run that begins with the weights of this one.</summary>
    RunFromWeights,

    /// <summary>Another checkpoint of the run, or weights of a file.</summary>
    OtherWeights,

    /// <summary>Drawing samples in parts.</summary>
    DrawInParts,

    /// <summary>Naming the model.</summary>
    NameModel,

    /// <summary>Computing on the processors instead of a device.</summary>
    UseProcessors,

    /// <summary>Looking what devices there are.</summary>
    ListDevices,
}
